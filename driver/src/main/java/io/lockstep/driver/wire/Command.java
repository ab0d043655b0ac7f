package io.lockstep.driver.wire;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.UpdateCounts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One request that is answered, with the unanswered ones that must come directly before it. */
public interface Command {
    /**
     * Writes the frames; only the last one is answered. Called in the session's turn, so it must
     * not call back into the session.
     *
     * @param number of the request, the first of them if it has several {@link #numbers}
     */
    void writeTo(RequestOutput out, int number) throws IOException;

    /** What its success means for the transaction. */
    default Effect effect() {
        return Effect.EXECUTES;
    }

    /** Milliseconds after which the client itself asks to cancel, as a safety net; 0 for never. */
    default int queryTimeoutMillis() {
        return 0;
    }

    /** How many numbers it uses up; what it commits at its end has the last of them. */
    default int numbers() {
        return 1;
    }

    /**
     * What executing it may commit of the transaction that is open around it. Asked for only after
     * a loss, or if it has several numbers.
     */
    default Commits commits() {
        return Commits.NOTHING;
    }

    /**
     * Offsets of the numbers, ascending and without the last, under which a part of it may have
     * been committed.
     */
    default List<Integer> parts() {
        return List.of();
    }

    /** Whether it is complete if its last {@link #parts part} is committed. */
    default boolean endsWithPart() {
        return false;
    }

    /**
     * What to go on with if the answer was lost with the connection, but it is known to have been
     * committed. Empty if the lost answer had something the caller cannot do without.
     *
     * @param counts its update counts; null if they are not known
     */
    default Optional<Response.Reply> answerIfCommitted(UpdateCounts counts) {
        return Optional.empty();
    }

    /** What a command does to the transaction it belongs to. */
    enum Effect {
        /** Runs in a transaction, and in auto-commit outside of one is one of its own. */
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
            public void writeTo(RequestOutput out, int number) throws IOException {
                request.writeTo(out.values());
            }

            @Override
            public Effect effect() {
                return Effect.NONE;
            }
        };
    }
}
