package io.lockstep.driver.wire;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import java.io.IOException;
import java.util.Optional;

/** One request that is answered, with the unanswered ones that must come directly before it. */
public interface Command {
    /**
     * Writes the frames; only the last one is answered. Called in the session's turn, so it must
     * not call back into the session.
     *
     * @param transactionSequence the transaction the request belongs to
     */
    void writeTo(RequestOutput out, int transactionSequence) throws IOException;

    /** What its success means for the transaction. */
    default Effect effect() {
        return Effect.EXECUTES;
    }

    /** Milliseconds after which the client itself asks to cancel, as a safety net; 0 for never. */
    default int queryTimeoutMillis() {
        return 0;
    }

    /**
     * What to go on with if the answer was lost with the connection, but the transaction is known
     * to have been committed. Empty if the lost answer had something the caller cannot do without.
     */
    default Optional<Response.Reply> answerIfCommitted() {
        return Optional.empty();
    }

    /** What a command does to the transaction it belongs to. */
    enum Effect {
        /** Runs in a transaction, and in auto-commit is one of its own. */
        EXECUTES,
        /** Belongs to the open transaction, if any, and never begins one: fetching, describing. */
        NONE,
        /** Ends the transaction by committing it. */
        COMMITS,
        /** Ends the transaction by taking it back. */
        ROLLS_BACK
    }

    /** A single request that does not execute statements. */
    static Command of(Request request) {
        return new Command() {
            @Override
            public void writeTo(RequestOutput out, int transactionSequence) throws IOException {
                request.writeTo(out.values());
            }

            @Override
            public Effect effect() {
                return Effect.NONE;
            }
        };
    }
}
