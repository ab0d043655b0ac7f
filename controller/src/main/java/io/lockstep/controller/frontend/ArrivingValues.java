package io.lockstep.controller.frontend;

import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.LargeReference;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.LargeValues;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request.ValueChunk;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The large values that belong to one request: put together from their chunks before it, dropped
 * when it is finished. Small ones stay in memory, the others go to one temporary file. Used on the
 * session's loop only.
 */
final class ArrivingValues implements LargeValueResolver {
    private static final Logger log = LoggerFactory.getLogger(ArrivingValues.class);

    /** A value up to this size is handed over as a String or byte[]. */
    static final int MEMORY_VALUE_BYTES = 1 << 20;

    /** What all values of a request may take in memory. */
    private static final int MEMORY_BYTES = 4 << 20;

    /** Values that must be decoded as a whole cannot stay in a file. */
    private static final int DECODED_BYTES_MAX = 64 << 20;

    private static final int VALUES_MAX = 65_536;

    private final ListenerOptions limits;
    private final Map<Integer, ArrivingValue> values = new HashMap<>();
    private long byteCount;
    private long memoryBytes;
    private SpillFile file;
    private ErrorDetail refusal;

    ArrivingValues(ListenerOptions limits) {
        this.limits = limits;
    }

    /**
     * Adds a chunk to its value. One that breaks a limit is dropped, with all that follow: the
     * request they belong to will be refused.
     *
     * @throws ProtocolException if it breaks a rule
     */
    void add(ValueChunk chunk) throws ProtocolException {
        if (!chunk.last() && chunk.bytes().length != Protocol.CHUNK_BYTES) {
            throw new ProtocolException(
                    "a chunk of %d bytes that is not a value's last, expected %d"
                            .formatted(chunk.bytes().length, Protocol.CHUNK_BYTES));
        }
        if (refusal != null) {
            return;
        }
        ArrivingValue value = values.computeIfAbsent(chunk.valueId(), id -> new ArrivingValue());
        if (value.complete()) {
            throw new ProtocolException("value " + chunk.valueId() + " was complete already");
        }
        byteCount += chunk.bytes().length;
        String brokenLimit = brokenLimit(value.length() + chunk.bytes().length);
        if (brokenLimit != null) {
            refuse(SqlState.PROGRAM_LIMIT_EXCEEDED, brokenLimit);
            return;
        }
        try {
            store(value, chunk.bytes());
        } catch (IOException e) {
            log.error("A large value could not be stored in {}", limits.spillDirectory(), e);
            refuse(
                    SqlState.LOG_FULL,
                    "A large value could not be stored by the controller, see its log");
            return;
        }
        if (chunk.last()) {
            value.markComplete();
        }
    }

    private void refuse(SqlState state, String why) {
        refusal = ErrorDetail.of(state, why + ". Nothing was executed");
    }

    /** Null if none is. */
    private String brokenLimit(long valueBytes) {
        if (valueBytes > limits.valueBytesMax()) {
            return "A value of more than " + limits.valueBytesMax() + " bytes";
        }
        if (byteCount > limits.sessionValueBytesMax()) {
            return "Values of more than " + limits.sessionValueBytesMax() + " bytes in one request";
        }
        if (values.size() > VALUES_MAX) {
            return "More than " + VALUES_MAX + " large values in one request";
        }
        return null;
    }

    private void store(ArrivingValue value, byte[] bytes) throws IOException {
        boolean inMemory =
                !value.spilled()
                        && value.length() + bytes.length <= MEMORY_VALUE_BYTES
                        && memoryBytes + bytes.length <= MEMORY_BYTES;
        if (inMemory) {
            memoryBytes += bytes.length;
            value.keep(bytes);
            return;
        }
        if (file == null) {
            file = SpillFile.create(limits.spillDirectory());
        }
        memoryBytes -= value.memoryBytes();
        value.spill(file, bytes);
    }

    /** Why the request these values belong to must not be carried out, or null. */
    ErrorDetail refusal() {
        return refusal;
    }

    @Override
    public Object resolve(LargeReference reference) throws ProtocolException {
        ArrivingValue value = values.get(reference.valueId());
        if (refusal != null && (value == null || !value.complete())) {
            return ""; // dropped; nobody will look at it
        }
        if (value == null || !value.complete()) {
            throw new ProtocolException(
                    "value " + reference.valueId() + " was not sent or is incomplete");
        }
        return switch (reference.kind()) {
            case STRING, BYTES ->
                    value.spilled()
                            ? value.inFile(reference.kind())
                            : LargeValues.decode(reference, value.load(MEMORY_VALUE_BYTES));
            case OTHER, ENCODED -> decoded(reference, value);
        };
    }

    private Object decoded(LargeReference reference, ArrivingValue value) throws ProtocolException {
        if (value.length() > DECODED_BYTES_MAX) {
            refuse(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "A value other than a text or bytes of more than "
                            + DECODED_BYTES_MAX
                            + " bytes");
            return "";
        }
        return LargeValues.decode(reference, value.load(DECODED_BYTES_MAX));
    }

    /** The request these values came for is finished: drops them and deletes the file. */
    void clear() {
        refusal = null;
        if (values.isEmpty()) {
            return;
        }
        values.clear();
        byteCount = 0;
        memoryBytes = 0;
        if (file != null) {
            file.delete();
            file = null;
        }
    }
}
