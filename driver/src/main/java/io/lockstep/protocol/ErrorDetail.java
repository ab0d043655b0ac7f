package io.lockstep.protocol;

/**
 * One SQLException: its state, the backend's vendor code (0 for Lockstep's own) and its message.
 *
 * <p>Messages and states longer than the wire takes are cut.
 */
public record ErrorDetail(String sqlState, int vendorCode, String message) {
    private static final int STATE_CHARS_MAX = 5;
    private static final int MESSAGE_CHARS_MAX = 16 << 10;
    private static final String CUT = " ...";
    static final int BYTES_MIN = 12;

    public ErrorDetail {
        if (sqlState.length() > STATE_CHARS_MAX) {
            sqlState = sqlState.substring(0, STATE_CHARS_MAX);
        }
        if (message.length() > MESSAGE_CHARS_MAX) {
            message = message.substring(0, MESSAGE_CHARS_MAX - CUT.length()) + CUT;
        }
    }

    /** An error of Lockstep's own. */
    public static ErrorDetail of(SqlState state, String message) {
        return new ErrorDetail(state.code(), 0, message);
    }

    void writeTo(FrameWriter out) {
        out.writeString(sqlState);
        out.writeInt(vendorCode);
        out.writeString(message);
    }

    static ErrorDetail readFrom(FrameReader in) throws ProtocolException {
        return new ErrorDetail(in.readString(), in.readInt(), in.readString());
    }
}
