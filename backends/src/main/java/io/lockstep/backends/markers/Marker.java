package io.lockstep.backends.markers;

/**
 * Stands for one commit.
 *
 * @param sequence the log's number of the commit: 0 or more, unique for ever
 * @param epoch of the controller that commits; must be the one the fence shows
 */
public record Marker(long sequence, long epoch) {
    public Marker {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence " + sequence);
        }
    }
}
