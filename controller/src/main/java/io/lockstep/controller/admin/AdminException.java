package io.lockstep.controller.admin;

import java.util.Objects;

/** A request of the operator that was not carried out; nothing was changed. */
public final class AdminException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why not. */
    public enum Kind {
        /** The request itself is malformed. */
        BAD_REQUEST,
        /** What it names does not exist. */
        NOT_FOUND,
        /** It would do harm, or makes no sense in the present state. */
        REFUSED,
        /** Tried, and failed. */
        FAILED
    }

    private final Kind kind;
    private final String hint;

    /**
     * @param message what was not done, and why
     * @param hint what to do next; may be empty
     */
    public AdminException(Kind kind, String message, String hint) {
        this(kind, message, hint, null);
    }

    public AdminException(Kind kind, String message, String hint, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind);
        this.hint = Objects.requireNonNull(hint);
    }

    public Kind kind() {
        return kind;
    }

    public String hint() {
        return hint;
    }
}
