package io.lockstep.driver.wire;

import io.lockstep.protocol.Response;
import io.lockstep.protocol.TransactionStatus;

/**
 * Which transaction the session is in. The client numbers what it sends, so that it can ask what
 * became of it after the connection is gone. Belongs to the session's turn; {@link #isOpen} may be
 * read by any thread.
 */
final class TransactionState {
    /** No request has this number. */
    static final int NONE = 0;

    private int last;
    private int begun;
    private volatile boolean open;

    /**
     * Where a request stands.
     *
     * @param number its own, the first of them if it needs several
     * @param transaction number of the transaction that is open around it, {@link #NONE} if none is
     * @param certain false if that number is not known
     */
    record Place(int number, int transaction, boolean certain) {
        boolean alone() {
            return certain && transaction == NONE;
        }
    }

    /** Numbers a request. */
    Place begin(Command command) {
        if (command.effect() == Command.Effect.NONE) {
            if (!open) {
                begun = NONE;
            }
            return new Place(last, begun, open && begun != NONE);
        }
        int number = last + 1;
        last += command.numbers();
        Place place = new Place(number, open ? begun : NONE, !open || begun != NONE);
        if (!open) {
            begun = number;
        }
        return place;
    }

    /**
     * True from the first execution without auto-commit, or BEGIN as text, until the transaction's
     * end.
     */
    boolean isOpen() {
        return open;
    }

    /** What the controller said last is how it is: it may have committed or rolled back. */
    void answered(Response.Reply reply, Command command) {
        open = reply.status() != TransactionStatus.IDLE;
        if (command.numbers() > 1 && command.commits() != Commits.NOTHING) {
            begun = NONE; // one of its statements may have ended a transaction, the next begun one
        }
    }

    void lost() {
        open = false;
    }
}
