package io.lockstep.backends.markers;

import io.lockstep.backends.markers.Markers.Claim;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Another controller has claimed the database: nothing was committed here, and nothing will be
 * under this epoch. Says nothing about the database's health.
 */
public final class FencedException extends SQLException {
    private static final long serialVersionUID = 1L;

    /** Not possible in this state of the object. */
    private static final String STATE = "55000";

    private final transient Claim holder;

    /**
     * @param what was attempted and where, as the beginning of a sentence
     * @param holder who holds the database, or null if the claim is gone
     */
    public FencedException(String what, Claim holder, Throwable cause) {
        super(what + ": " + describe(holder), STATE, cause);
        this.holder = holder;
    }

    private static String describe(Claim holder) {
        return holder == null
                ? "its fence is gone, so another hand than Lockstep's was at its tables; nothing was"
                        + " committed there"
                : "it is held by " + holder + "; nothing was committed there";
    }

    /** Who holds the database; empty if nobody is known to, or after serialization. */
    public Optional<Claim> holder() {
        return Optional.ofNullable(holder);
    }
}
