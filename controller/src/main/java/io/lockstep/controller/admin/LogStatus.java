package io.lockstep.controller.admin;

/**
 * A virtual database's recovery log.
 *
 * @param identity drawn when the log was created
 * @param firstSequence of the oldest record that is still there
 * @param lastSequence of the newest record
 * @param forcedSequence of the newest record that is known to be durable
 * @param bytes size of its files
 * @param failure why nothing can be written to it any more, null if it can
 */
public record LogStatus(
        String identity,
        long firstSequence,
        long lastSequence,
        long forcedSequence,
        long bytes,
        String failure) {}
