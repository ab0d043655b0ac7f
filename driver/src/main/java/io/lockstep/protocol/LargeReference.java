package io.lockstep.protocol;

/**
 * Stands in a frame for a value whose bytes came before as VALUE_CHUNK frames.
 *
 * @param typeName only with {@link LargeKind#OTHER}, else null
 */
public record LargeReference(LargeKind kind, int valueId, String typeName) {}
