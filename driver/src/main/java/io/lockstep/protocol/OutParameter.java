package io.lockstep.protocol;

/**
 * Stands in a call's parameter list for one that returns something.
 *
 * @param jdbcType what registerOutParameter was told, as in java.sql.Types
 * @param scale digits after the point, or -1 if not told
 * @param input the value sent in of an INOUT parameter
 * @param hasInput false for a pure OUT parameter, whose input is null
 */
public record OutParameter(int jdbcType, int scale, boolean hasInput, Object input) {}
