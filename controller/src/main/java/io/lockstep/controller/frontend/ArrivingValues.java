package io.lockstep.controller.frontend;

import io.lockstep.protocol.LargeReference;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.LargeValues;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request.ValueChunk;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * The large values that belong to one request: put together from their chunks before it, dropped
 * when it is finished. Small ones stay in memory, the others go to one temporary file. Used on the
 * session's loop only.
 */
final class ArrivingValues implements LargeValueResolver {
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

    ArrivingValues(ListenerOptions limits) {
        this.limits = limits;
    }

    /**
     * Adds a chunk to its value.
     *
     * @throws ProtocolException if it breaks a limit or a rule
     * @throws IOException if the temporary file cannot be written
     */
    void add(ValueChunk chunk) throws IOException {
        if (!chunk.last() && chunk.bytes().length != Protocol.CHUNK_BYTES) {
            throw new ProtocolException(
                    "a chunk of %d bytes that is not a value's last, expected %d"
                            .formatted(chunk.bytes().length, Protocol.CHUNK_BYTES));
        }
        ArrivingValue value = values.computeIfAbsent(chunk.valueId(), id -> new ArrivingValue());
        if (value.complete()) {
            throw new ProtocolException("value " + chunk.valueId() + " was complete already");
        }
        checkLimits(value.length() + chunk.bytes().length, chunk.bytes().length);
        store(value, chunk.bytes());
        if (chunk.last()) {
            value.markComplete();
        }
    }

    private void checkLimits(long valueBytes, int moreBytes) throws ProtocolException {
        byteCount += moreBytes;
        if (valueBytes > limits.valueBytesMax()) {
            throw new ProtocolException(
                    "a value of more than " + limits.valueBytesMax() + " bytes");
        }
        if (byteCount > limits.sessionValueBytesMax()) {
            throw new ProtocolException(
                    "values of more than %d bytes for one request"
                            .formatted(limits.sessionValueBytesMax()));
        }
        if (values.size() > VALUES_MAX) {
            throw new ProtocolException(
                    "more than " + VALUES_MAX + " large values for one request");
        }
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

    @Override
    public Object resolve(LargeReference reference) throws ProtocolException {
        ArrivingValue value = values.get(reference.valueId());
        if (value == null || !value.complete()) {
            throw new ProtocolException(
                    "value " + reference.valueId() + " was not sent or is incomplete");
        }
        boolean whole =
                switch (reference.kind()) {
                    case STRING, BYTES -> !value.spilled();
                    case OTHER, ENCODED -> true;
                };
        return whole
                ? LargeValues.decode(reference, value.load(DECODED_BYTES_MAX))
                : value.inFile(reference.kind());
    }

    /** The request these values came for is finished: drops them and deletes the file. */
    void clear() {
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
