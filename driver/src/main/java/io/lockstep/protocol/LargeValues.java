package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts values together, in memory, from the VALUE_CHUNK frames in front of the frame that uses
 * them. One instance serves one such frame: rows read lazily keep it, so the receiver makes a new
 * one for the next.
 */
public final class LargeValues implements LargeValueResolver {
    private final long bytesMax;
    private final Map<Integer, ByteArrayOutputStream> incomplete = new HashMap<>();
    private final Map<Integer, byte[]> complete = new HashMap<>();
    private long byteCount;

    /**
     * @param bytesMax what all values of one frame may have together
     */
    public LargeValues(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** True if no chunk has been added. */
    public boolean isEmpty() {
        return byteCount == 0 && incomplete.isEmpty() && complete.isEmpty();
    }

    /** Adds the next chunk of a value. */
    public void add(int valueId, boolean last, byte[] bytes) throws ProtocolException {
        byteCount += bytes.length;
        if (byteCount > bytesMax) {
            throw new ProtocolException(
                    "large values of more than " + bytesMax + " bytes in front of one frame");
        }
        if (complete.containsKey(valueId)) {
            throw new ProtocolException("value " + valueId + " was complete already");
        }
        if (last && !incomplete.containsKey(valueId)) {
            complete.put(valueId, bytes);
            return;
        }
        ByteArrayOutputStream sofar =
                incomplete.computeIfAbsent(valueId, id -> new ByteArrayOutputStream(bytes.length));
        sofar.writeBytes(bytes);
        if (last) {
            incomplete.remove(valueId);
            complete.put(valueId, sofar.toByteArray());
        }
    }

    @Override
    public Object resolve(LargeReference reference) throws ProtocolException {
        byte[] bytes = complete.get(reference.valueId());
        if (bytes == null) {
            throw new ProtocolException(
                    "value " + reference.valueId() + " was not sent or is incomplete");
        }
        return decode(reference, bytes);
    }

    /** Makes the value of its bytes. {@code bytes} becomes the value itself if it is a byte[]. */
    public static Object decode(LargeReference reference, byte[] bytes) throws ProtocolException {
        return switch (reference.kind()) {
            case STRING -> FrameReader.decodeUtf8(bytes, 0, bytes.length);
            case BYTES -> bytes;
            case OTHER ->
                    new OtherValue(
                            reference.typeName(), FrameReader.decodeUtf8(bytes, 0, bytes.length));
            case ENCODED -> {
                FrameReader reader = new FrameReader(bytes);
                Object value = reader.readValue();
                reader.expectEnd("an encoded value");
                yield value;
            }
        };
    }

    static String readText(LargeValue value, int bytesMax, String what) throws ProtocolException {
        if (value.byteLength() > bytesMax) {
            throw new ProtocolException(
                    what + " of " + value.byteLength() + " bytes; the most is " + bytesMax);
        }
        try (InputStream in = value.openStream()) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new ProtocolException(what + " sent in chunks could not be read back", e);
        }
    }
}
