package io.lockstep.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * Which generated keys a statement is to return.
 *
 * @param columns with {@link Mode#COLUMNS} the columns' names, else empty
 */
public record GeneratedKeys(Mode mode, List<String> columns) {
    /** None, all the backend thinks of as generated, or columns by name. */
    public enum Mode {
        NONE(0),
        ALL(1),
        COLUMNS(2);

        private final int code;

        Mode(int code) {
            this.code = code;
        }
    }

    public static final GeneratedKeys NONE = new GeneratedKeys(Mode.NONE, List.of());
    public static final GeneratedKeys ALL = new GeneratedKeys(Mode.ALL, List.of());

    public GeneratedKeys {
        columns = List.copyOf(columns);
        if (mode != Mode.COLUMNS && !columns.isEmpty()) {
            throw new IllegalArgumentException("columns with mode " + mode);
        }
    }

    public static GeneratedKeys columns(List<String> names) {
        return new GeneratedKeys(Mode.COLUMNS, names);
    }

    void writeTo(FrameWriter out) {
        out.writeByte(mode.code);
        if (mode == Mode.COLUMNS) {
            out.writeInt(columns.size());
            for (String column : columns) {
                out.writeString(column);
            }
        }
    }

    static GeneratedKeys readFrom(FrameReader in) throws ProtocolException {
        int mode = in.readUnsignedByte();
        return switch (mode) {
            case 0 -> NONE;
            case 1 -> ALL;
            case 2 -> columns(readNames(in));
            default -> throw new ProtocolException("unknown mode of generated keys " + mode);
        };
    }

    private static List<String> readNames(FrameReader in) throws ProtocolException {
        int count = in.readCount(4);
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(in.readString());
        }
        return names;
    }
}
