package io.lockstep.backends.dialect;

import io.lockstep.backends.markers.FencedException;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the telling exception in a tangle of next exceptions and causes: a batch's own exception
 * often says nothing, the one that broke it hangs behind.
 */
final class FailureWalk {
    /** Chains of a failed 10,000-row batch can be long; the telling one is near the front. */
    private static final int MOST_LOOKED_AT = 64;

    private FailureWalk() {}

    /**
     * @param byCode the class of one exception by its own codes, {@code OTHER} if they say nothing
     */
    static FailureClass classify(
            SQLException failure, Function<SQLException, FailureClass> byCode) {
        Deque<Throwable> open = new ArrayDeque<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        FailureClass byType = FailureClass.OTHER;
        open.add(failure);
        while (!open.isEmpty() && seen.size() < MOST_LOOKED_AT) {
            Throwable current = open.poll();
            if (!seen.add(current)) {
                continue;
            }
            if (current instanceof FencedException) {
                return FailureClass.FENCED;
            }
            if (current instanceof SQLException sql) {
                FailureClass found = byCode.apply(sql);
                if (found != FailureClass.OTHER) {
                    return found;
                }
                if (sql.getNextException() != null) {
                    open.add(sql.getNextException());
                }
            }
            if (byType == FailureClass.OTHER) {
                byType = byType(current);
            }
            if (current.getCause() != null) {
                open.add(current.getCause());
            }
        }
        return byType;
    }

    private static FailureClass byType(Throwable failure) {
        if (failure instanceof SQLTimeoutException) {
            return FailureClass.CANCELLED;
        }
        boolean connection =
                failure instanceof SQLNonTransientConnectionException
                        || failure instanceof SQLTransientConnectionException
                        || failure instanceof SQLRecoverableException
                        || failure instanceof IOException;
        return connection ? FailureClass.CONNECTION : FailureClass.OTHER;
    }

    /** The SQLState, or the empty string. */
    static String state(SQLException failure) {
        return failure.getSQLState() == null ? "" : failure.getSQLState();
    }
}
