package io.lockstep.driver.wire;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.UpdateCounts;
import java.io.IOException;
import java.util.Optional;

/** The commands that need the transaction's number and execute no statement. */
public final class TransactionCommand {
    private TransactionCommand() {}

    /**
     * Ends the transaction; if its answer is lost but it is known to have succeeded, it succeeded.
     */
    public static Command commit() {
        return new Command() {
            @Override
            public void writeTo(RequestOutput out, int number) throws IOException {
                new Request.Commit(number).writeTo(out.values());
            }

            @Override
            public Effect effect() {
                return Effect.COMMITS;
            }

            @Override
            public Optional<Response.Reply> answerIfCommitted(UpdateCounts counts) {
                return Optional.of(new Response.Done(TransactionStatus.IDLE));
            }
        };
    }

    /** Takes the transaction back. */
    public static Command rollback() {
        return new Command() {
            @Override
            public void writeTo(RequestOutput out, int number) throws IOException {
                new Request.Rollback(number).writeTo(out.values());
            }

            @Override
            public Effect effect() {
                return Effect.ROLLS_BACK;
            }
        };
    }

    /** Sets a savepoint; begins a transaction if none is open. */
    public static Command savepoint(String name) {
        return (out, number) -> new Request.Savepoint(number, name).writeTo(out.values());
    }
}
