package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import java.sql.Savepoint;
import java.util.HashMap;
import java.util.Map;

/** One backend's connection in a client transaction, and its savepoints. */
final class TransactionPart {
    final FanOut.Participant participant;
    final Map<String, Savepoint> savepoints = new HashMap<>();

    TransactionPart(FanOut.Participant participant) {
        this.participant = participant;
    }

    BackendHandle handle() {
        return participant.handle();
    }

    BackendConnection connection() {
        return participant.connection();
    }
}
