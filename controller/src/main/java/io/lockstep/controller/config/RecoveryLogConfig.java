package io.lockstep.controller.config;

/**
 * Bounds of the recovery log.
 *
 * @param retainBytes most it keeps for backends that are behind
 * @param segmentBytes size of each of its files
 */
public record RecoveryLogConfig(long retainBytes, long segmentBytes) {}
