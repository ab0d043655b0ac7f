package io.lockstep.protocol;

/** What a frame from controller to client is; see {@link Response}. */
public enum ResponseTag {
    CHALLENGE(0x81),
    WELCOME(0x82),
    PONG(0x83),
    DONE(0x84),
    ERROR(0x85),
    ROWS_DESCRIBED(0x86),
    ROWS(0x87),
    UPDATE_COUNT(0x88),
    BATCH_COUNTS(0x89),
    DESCRIPTION(0x8A),
    OUTCOME_IS(0x8B),
    VALUE_CHUNK(0x8C);

    private static final ResponseTag[] BY_CODE = new ResponseTag[256];

    static {
        for (ResponseTag tag : values()) {
            if (BY_CODE[tag.code] != null) {
                throw new ExceptionInInitializerError(
                        tag + " has the code of " + BY_CODE[tag.code]);
            }
            BY_CODE[tag.code] = tag;
        }
    }

    private final int code;

    ResponseTag(int code) {
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
    public static ResponseTag of(int code) throws ProtocolException {
        ResponseTag tag = BY_CODE[code & 0xFF];
        if (tag == null) {
            throw new ProtocolException("unknown response tag 0x%02X".formatted(code & 0xFF));
        }
        return tag;
    }
}
