package io.lockstep.protocol;

/** The type of a value on the wire: every value starts with one. */
public enum ValueTag {
    NULL(0x00),
    BOOLEAN(0x01),
    BYTE(0x02),
    SHORT(0x03),
    INT(0x04),
    LONG(0x05),
    FLOAT(0x06),
    DOUBLE(0x07),
    DECIMAL(0x08),
    STRING(0x09),
    BYTES(0x0A),
    DATE(0x0B),
    TIME(0x0C),
    TIME_TZ(0x0D),
    TIMESTAMP(0x0E),
    TIMESTAMP_TZ(0x0F),
    UUID(0x10),
    ARRAY(0x11),
    OTHER(0x12),
    LARGE(0x13),
    TYPED_NULL(0x14),
    OUT_PARAMETER(0x15);

    private static final ValueTag[] BY_CODE = new ValueTag[256];

    static {
        for (ValueTag tag : values()) {
            if (BY_CODE[tag.code] != null) {
                throw new ExceptionInInitializerError(
                        tag + " has the code of " + BY_CODE[tag.code]);
            }
            BY_CODE[tag.code] = tag;
        }
    }

    private final int code;

    ValueTag(int code) {
        this.code = code;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /**
     * The tag of a byte on the wire.
     *
     * @param code only the low eight bits count
     */
    public static ValueTag of(int code) throws ProtocolException {
        ValueTag tag = BY_CODE[code & 0xFF];
        if (tag == null) {
            throw new ProtocolException("unknown value tag 0x%02X".formatted(code & 0xFF));
        }
        return tag;
    }
}
