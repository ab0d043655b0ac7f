package io.lockstep.cli.http;

/** A request to the controller that did not succeed. */
public abstract sealed class AdminClientException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String hint;

    private AdminClientException(String message, String hint, Throwable cause) {
        super(message, cause);
        this.hint = hint;
    }

    /** What to do next; may be empty. */
    public String hint() {
        return hint;
    }

    /** Nobody answers there. */
    public static final class NotReachable extends AdminClientException {
        private static final long serialVersionUID = 1L;

        NotReachable(String message, String hint, Throwable cause) {
            super(message, hint, cause);
        }
    }

    /** The controller answered with a refusal or failure. */
    public static final class Refused extends AdminClientException {
        private static final long serialVersionUID = 1L;

        Refused(String message, String hint) {
            super(message, hint, null);
        }
    }
}
