package io.lockstep.protocol;

/** What the bytes of a value sent in chunks are. */
public enum LargeKind {
    /** UTF-8 of a STRING. */
    STRING(0),
    /** The content of BYTES. */
    BYTES(1),
    /** UTF-8 of the text of an OTHER; the reference carries its type name. */
    OTHER(2),
    /** Any other value, encoded with its tag as it would be in a frame. */
    ENCODED(3);

    private static final LargeKind[] ALL = values();

    private final int code;

    LargeKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static LargeKind of(int code) throws ProtocolException {
        if (code >= ALL.length) {
            throw new ProtocolException("unknown kind of large value " + code);
        }
        return ALL[code];
    }
}
