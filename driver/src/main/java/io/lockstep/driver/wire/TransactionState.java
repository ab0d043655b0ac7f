package io.lockstep.driver.wire;

import io.lockstep.protocol.Response;
import io.lockstep.protocol.TransactionStatus;

/**
 * Which transaction the session is in. The client numbers its transactions, so that it can ask what
 * became of one after the connection is gone. Belongs to the session's turn; {@link #isOpen} may be
 * read by any thread.
 */
final class TransactionState {
    private int sequence;
    private volatile boolean open;

    /** The number for a command: of the open transaction, or of a new one. */
    int begin(Command.Effect effect, boolean autoCommit) {
        if (effect == Command.Effect.EXECUTES && (autoCommit || !open)) {
            sequence++;
        }
        return sequence;
    }

    /** True from the first execution without auto-commit until commit or rollback. */
    boolean isOpen() {
        return open;
    }

    /** What the controller said last is how it is: it may have rolled back by itself. */
    void answered(Response.Reply reply, boolean autoCommit) {
        open = !autoCommit && reply.status() != TransactionStatus.IDLE;
    }

    void lost() {
        open = false;
    }
}
