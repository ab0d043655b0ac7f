package io.lockstep.protocol;

/**
 * A NULL parameter whose type the client knows. Some engines refuse an untyped one.
 *
 * @param jdbcType as in java.sql.Types
 */
public record TypedNull(int jdbcType) {}
