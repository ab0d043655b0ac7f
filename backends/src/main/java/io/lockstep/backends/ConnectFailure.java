package io.lockstep.backends;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;

/** What a failed attempt to connect says about the next one. */
public enum ConnectFailure {
    /** Somebody is there but slow, or just starting: worth waiting for. */
    NO_ANSWER_YET,
    /** Nobody is there, or the way there is closed. */
    UNREACHABLE,
    /**
     * The database answered and will not have us: wrong password, no such database, something its
     * setup forbids. Waiting does not help, the declaration or the database must change.
     */
    TURNED_AWAY;

    /** How Derby says that user, password or database are wrong. */
    private static final String LOGIN_REJECTED = "08004";

    /** PostgreSQL while it starts, recovers or shuts down. */
    private static final String CANNOT_CONNECT_NOW = "57P03";

    private static final int CHAIN_MAX = 32;

    /**
     * Judges an exception of {@link Backend#borrow}, {@link Backend#readCatalogue} and the like.
     */
    public static ConnectFailure of(Backend backend, SQLException failure) {
        if (has(failure, ConnectFailure::waits)) {
            return NO_ANSWER_YET;
        }
        if (has(failure, ConnectFailure::rejectsLogin)) {
            return TURNED_AWAY;
        }
        if (has(failure, IOException.class::isInstance)) {
            return UNREACHABLE;
        }
        return switch (backend.dialect().classify(failure)) {
            case CONNECTION, CANCELLED, RESOURCE -> UNREACHABLE;
            default -> TURNED_AWAY;
        };
    }

    private static boolean waits(Throwable failure) {
        return failure instanceof SQLTimeoutException
                || failure instanceof SocketTimeoutException
                || failure instanceof SQLTransientConnectionException
                || (failure instanceof SQLException sql
                        && CANNOT_CONNECT_NOW.equals(sql.getSQLState()));
    }

    private static boolean rejectsLogin(Throwable failure) {
        return failure instanceof SQLException sql && LOGIN_REJECTED.equals(sql.getSQLState());
    }

    private interface Trait {
        boolean in(Throwable failure);
    }

    private static boolean has(SQLException failure, Trait trait) {
        Throwable current = failure;
        for (int i = 0; current != null && i < CHAIN_MAX; i++) {
            if (trait.in(current)) {
                return true;
            }
            current = current.getCause();
        }
        return false;
    }
}
