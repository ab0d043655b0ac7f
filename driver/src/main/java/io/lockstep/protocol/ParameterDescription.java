package io.lockstep.protocol;

/**
 * What ParameterMetaData says of one parameter.
 *
 * @param jdbcType as in java.sql.Types
 * @param nullable as in ParameterMetaData: 0 no, 1 yes, 2 unknown
 * @param mode as in ParameterMetaData: 0 unknown, 1 in, 2 in and out, 4 out
 */
public record ParameterDescription(
        int jdbcType,
        String typeName,
        String className,
        int precision,
        int scale,
        int nullable,
        int mode,
        boolean signed) {
    static final int BYTES_MIN = 3 * 4 + 2 * 4 + 3;

    void writeTo(FrameWriter out) {
        out.writeInt(jdbcType);
        out.writeString(typeName);
        out.writeString(className);
        out.writeInt(precision);
        out.writeInt(scale);
        out.writeByte(nullable);
        out.writeByte(mode);
        out.writeBoolean(signed);
    }

    static ParameterDescription readFrom(FrameReader in) throws ProtocolException {
        return new ParameterDescription(
                in.readInt(),
                in.readString(),
                in.readString(),
                in.readInt(),
                in.readInt(),
                in.readUnsignedByte(),
                in.readUnsignedByte(),
                in.readBoolean());
    }
}
