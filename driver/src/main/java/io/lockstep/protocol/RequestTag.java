package io.lockstep.protocol;

/** What a frame from client to controller is; see {@link Request}. */
public enum RequestTag {
    HELLO(0x01),
    SCRAM_FINAL(0x02),
    CANCEL(0x03),
    TERMINATE(0x04),
    PING(0x05),
    PREPARE(0x06),
    EXECUTE(0x07),
    EXECUTE_DIRECT(0x08),
    BATCH(0x09),
    BATCH_DIRECT(0x0A),
    DESCRIBE(0x0B),
    FETCH(0x0C),
    CLOSE_CURSOR(0x0D),
    CLOSE_STATEMENT(0x0E),
    COMMIT(0x0F),
    ROLLBACK(0x10),
    SAVEPOINT(0x11),
    RELEASE_SAVEPOINT(0x12),
    ROLLBACK_TO_SAVEPOINT(0x13),
    SET_OPTIONS(0x14),
    METADATA(0x15),
    METADATA_VALUES(0x16),
    OUTCOME(0x17),
    VALUE_CHUNK(0x18);

    private static final RequestTag[] BY_CODE = new RequestTag[256];

    static {
        for (RequestTag tag : values()) {
            if (BY_CODE[tag.code] != null) {
                throw new ExceptionInInitializerError(
                        tag + " has the code of " + BY_CODE[tag.code]);
            }
            BY_CODE[tag.code] = tag;
        }
    }

    private final int code;

    RequestTag(int code) {
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
    public static RequestTag of(int code) throws ProtocolException {
        RequestTag tag = BY_CODE[code & 0xFF];
        if (tag == null) {
            throw new ProtocolException("unknown request tag 0x%02X".formatted(code & 0xFF));
        }
        return tag;
    }
}
