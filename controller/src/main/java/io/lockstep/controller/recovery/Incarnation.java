package io.lockstep.controller.recovery;

/**
 * What tells this process from others.
 *
 * @param run random, the upper half of the ids of its sessions
 * @param name for people
 */
public record Incarnation(int run, String name) {}
