package io.lockstep.backends.dialect;

import java.sql.Connection;

/** Isolation levels as Lockstep gives them. */
final class IsolationLevels {
    private IsolationLevels() {}

    /**
     * Levels below READ COMMITTED are raised to it, as JDBC allows: a dirty read would show a
     * client what another backend may never have had.
     */
    static int atLeastReadCommitted(int requested) {
        return switch (requested) {
            case Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE ->
                    requested;
            default -> Connection.TRANSACTION_READ_COMMITTED;
        };
    }
}
