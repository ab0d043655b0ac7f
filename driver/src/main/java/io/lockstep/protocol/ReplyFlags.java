package io.lockstep.protocol;

/** Bits of the flags byte every reply begins with. */
final class ReplyFlags {
    /** Another frame of this kind of reply, or another result, follows for the same request. */
    static final int RESULT_FOLLOWS = 1;

    /** The rows in this frame are the last of their result. */
    static final int LAST_ROWS = 1 << 1;

    /** The rows are one row with the OUT parameters of a call. */
    static final int OUT_PARAMETERS = 1 << 2;

    /** Generated keys come with the counts. */
    static final int KEYS = 1 << 3;

    /** The controller closes the connection after this error. */
    static final int FATAL = 1 << 4;

    private static final int ALL = (1 << 5) - 1;

    private ReplyFlags() {}

    static int read(FrameReader in) throws ProtocolException {
        int flags = in.readUnsignedByte();
        if ((flags & ~ALL) != 0) {
            throw new ProtocolException("reply flags 0x%02X".formatted(flags));
        }
        return flags;
    }

    static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
