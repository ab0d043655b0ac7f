package io.lockstep.protocol;

/**
 * What ResultSetMetaData says of one column.
 *
 * @param jdbcType as in java.sql.Types
 * @param typeName the backend's name of the type
 * @param className of the Java objects getObject returns by default
 * @param nullable as in ResultSetMetaData: 0 no, 1 yes, 2 unknown
 */
public record ColumnDescription(
        String name,
        String label,
        String table,
        String schema,
        String catalog,
        int jdbcType,
        String typeName,
        String className,
        int precision,
        int scale,
        int displaySize,
        int nullable,
        boolean autoIncrement,
        boolean signed,
        boolean caseSensitive,
        boolean searchable,
        boolean currency,
        boolean readOnly,
        boolean writable) {
    private static final int AUTO_INCREMENT = 1;
    private static final int SIGNED = 1 << 1;
    private static final int CASE_SENSITIVE = 1 << 2;
    private static final int SEARCHABLE = 1 << 3;
    private static final int CURRENCY = 1 << 4;
    private static final int READ_ONLY = 1 << 5;
    private static final int WRITABLE = 1 << 6;
    private static final int ALL_FLAGS = (1 << 7) - 1;

    /** Fewest bytes of an encoded column. */
    static final int BYTES_MIN = 7 * 4 + 4 * 4 + 2;

    /** A column of a result the controller makes itself, such as the database metadata. */
    public static ColumnDescription computed(
            String name, int jdbcType, String typeName, String className) {
        return new ColumnDescription(
                name, name, "", "", "", jdbcType, typeName, className, 0, 0, 0, 2, false, true,
                true, false, false, true, false);
    }

    void writeTo(FrameWriter out) {
        out.writeString(name);
        out.writeString(label);
        out.writeString(table);
        out.writeString(schema);
        out.writeString(catalog);
        out.writeInt(jdbcType);
        out.writeString(typeName);
        out.writeString(className);
        out.writeInt(precision);
        out.writeInt(scale);
        out.writeInt(displaySize);
        out.writeByte(nullable);
        out.writeByte(
                (autoIncrement ? AUTO_INCREMENT : 0)
                        | (signed ? SIGNED : 0)
                        | (caseSensitive ? CASE_SENSITIVE : 0)
                        | (searchable ? SEARCHABLE : 0)
                        | (currency ? CURRENCY : 0)
                        | (readOnly ? READ_ONLY : 0)
                        | (writable ? WRITABLE : 0));
    }

    static ColumnDescription readFrom(FrameReader in) throws ProtocolException {
        String name = in.readString();
        String label = in.readString();
        String table = in.readString();
        String schema = in.readString();
        String catalog = in.readString();
        int jdbcType = in.readInt();
        String typeName = in.readString();
        String className = in.readString();
        int precision = in.readInt();
        int scale = in.readInt();
        int displaySize = in.readInt();
        int nullable = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        if ((flags & ~ALL_FLAGS) != 0) {
            throw new ProtocolException("column flags 0x%02X".formatted(flags));
        }
        return new ColumnDescription(
                name,
                label,
                table,
                schema,
                catalog,
                jdbcType,
                typeName,
                className,
                precision,
                scale,
                displaySize,
                nullable,
                (flags & AUTO_INCREMENT) != 0,
                (flags & SIGNED) != 0,
                (flags & CASE_SENSITIVE) != 0,
                (flags & SEARCHABLE) != 0,
                (flags & CURRENCY) != 0,
                (flags & READ_ONLY) != 0,
                (flags & WRITABLE) != 0);
    }
}
