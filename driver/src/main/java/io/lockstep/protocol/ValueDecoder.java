package io.lockstep.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Reads and skips values; the mirror of {@link ValueWriter}. */
final class ValueDecoder {
    private ValueDecoder() {}

    static Object read(FrameReader in, int depth) throws ProtocolException {
        return read(ValueTag.of(in.readUnsignedByte()), in, depth);
    }

    private static Object read(ValueTag tag, FrameReader in, int depth) throws ProtocolException {
        return switch (tag) {
            case NULL -> null;
            case BOOLEAN -> in.readBoolean();
            case BYTE -> (byte) in.readUnsignedByte();
            case SHORT -> in.readShort();
            case INT -> in.readInt();
            case LONG -> in.readLong();
            case FLOAT -> Float.intBitsToFloat(in.readInt());
            case DOUBLE -> Double.longBitsToDouble(in.readLong());
            case DECIMAL -> readDecimal(in);
            case STRING -> in.readString();
            case BYTES -> in.readBytes();
            case DATE -> readDate(in);
            case TIME -> readTime(in);
            case TIME_TZ -> OffsetTime.of(readTime(in), readOffset(in));
            case TIMESTAMP -> readTimestamp(in);
            case TIMESTAMP_TZ -> OffsetDateTime.of(readTimestamp(in), readOffset(in));
            case UUID -> new UUID(in.readLong(), in.readLong());
            case ARRAY -> readArray(in, depth);
            case OTHER -> new OtherValue(in.readString(), in.readString());
            case LARGE -> in.largeValues().resolve(readReference(in));
            case TYPED_NULL -> new TypedNull(in.readInt());
            case OUT_PARAMETER -> readOutParameter(in, depth);
        };
    }

    private static BigDecimal readDecimal(FrameReader in) throws ProtocolException {
        int scale = in.readInt();
        byte[] unscaled = in.readBytes();
        if (unscaled.length == 0 || Math.abs((long) scale) > ValueWriter.DECIMAL_SCALE_MAX) {
            throw new ProtocolException(
                    "a decimal number of " + unscaled.length + " bytes and scale " + scale);
        }
        return new BigDecimal(new BigInteger(unscaled), scale);
    }

    private static LocalDate readDate(FrameReader in) throws ProtocolException {
        long epochDay = in.readLong();
        try {
            return LocalDate.ofEpochDay(epochDay);
        } catch (DateTimeException e) {
            throw new ProtocolException("day " + epochDay, e);
        }
    }

    private static LocalTime readTime(FrameReader in) throws ProtocolException {
        long nanoOfDay = in.readLong();
        try {
            return LocalTime.ofNanoOfDay(nanoOfDay);
        } catch (DateTimeException e) {
            throw new ProtocolException("nanosecond of the day " + nanoOfDay, e);
        }
    }

    private static LocalDateTime readTimestamp(FrameReader in) throws ProtocolException {
        return LocalDateTime.of(readDate(in), readTime(in));
    }

    private static ZoneOffset readOffset(FrameReader in) throws ProtocolException {
        int seconds = in.readInt();
        try {
            return ZoneOffset.ofTotalSeconds(seconds);
        } catch (DateTimeException e) {
            throw new ProtocolException("offset of " + seconds + " seconds", e);
        }
    }

    private static ArrayValue readArray(FrameReader in, int depth) throws ProtocolException {
        String elementType = in.readString();
        int elementJdbcType = in.readInt();
        return new ArrayValue(elementType, elementJdbcType, readList(in, deeper(depth)));
    }

    private static OutParameter readOutParameter(FrameReader in, int depth)
            throws ProtocolException {
        int jdbcType = in.readInt();
        int scale = in.readInt();
        boolean hasInput = in.readBoolean();
        Object input = hasInput ? read(in, deeper(depth)) : null;
        return new OutParameter(jdbcType, scale, hasInput, input);
    }

    private static int deeper(int depth) throws ProtocolException {
        if (depth >= Protocol.MAX_VALUE_DEPTH) {
            throw new ProtocolException(
                    "values nested more than " + Protocol.MAX_VALUE_DEPTH + " deep");
        }
        return depth + 1;
    }

    static LargeReference readReference(FrameReader in) throws ProtocolException {
        LargeKind kind = LargeKind.of(in.readUnsignedByte());
        int valueId = in.readInt();
        return new LargeReference(kind, valueId, kind == LargeKind.OTHER ? in.readString() : null);
    }

    /** Number of values u32 and the values. */
    static List<Object> readList(FrameReader in, int depth) throws ProtocolException {
        return readValues(in, in.readCount(1), depth);
    }

    static List<Object> readValues(FrameReader in, int count, int depth) throws ProtocolException {
        Object[] values = new Object[count];
        for (int i = 0; i < count; i++) {
            values[i] = read(in, depth);
        }
        return Arrays.asList(values);
    }

    /** Moves behind a value without making an object of it. */
    static void skip(FrameReader in) throws ProtocolException {
        ValueTag tag = ValueTag.of(in.readUnsignedByte());
        switch (tag) {
            case NULL -> {}
            case BOOLEAN, BYTE -> in.skip(1);
            case SHORT -> in.skip(2);
            case INT, FLOAT, TYPED_NULL -> in.skip(4);
            case LONG, DOUBLE, DATE, TIME -> in.skip(8);
            case TIME_TZ -> in.skip(12);
            case TIMESTAMP, UUID -> in.skip(16);
            case TIMESTAMP_TZ -> in.skip(20);
            case STRING, BYTES -> in.skip(in.readInt());
            case DECIMAL -> {
                in.skip(4);
                in.skip(in.readInt());
            }
            case OTHER -> {
                in.skip(in.readInt());
                in.skip(in.readInt());
            }
            case LARGE -> readReference(in);
            // Rare in rows, and nested: not worth a second decoder.
            case ARRAY, OUT_PARAMETER -> read(tag, in, 0);
        }
    }
}
