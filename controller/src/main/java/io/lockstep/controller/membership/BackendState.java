package io.lockstep.controller.membership;

/** Whether a backend serves, and if not, what it takes to bring it back. */
public enum BackendState {
    /** Holds every acknowledged write; takes writes and serves reads. */
    ENABLED,
    /** Taken out by the operator; its data is behind from then on. */
    DISABLED,
    /** Out of contact at some moment since: it may lack writes. */
    LOST,
    /** Did something with a write that the others did not: its data is in doubt. */
    DISAGREED
}
