package io.lockstep.controller.scheduler;

/**
 * One resource in one mode. Intention locks on the containing table are part of the caller's list.
 */
public record LockRequest(Resource resource, LockMode mode) {}
