package io.lockstep.controller.sql;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Values that must be the same on every backend, decided once per execution: the current time,
 * random numbers, UUIDs. The first backend asked for occurrence n decides it, the others get the
 * same. Thread-safe.
 */
public final class DecidedValues {
    private final Instant transactionTime;
    private final Instant statementTime;
    private final ZoneId zone;
    private final List<Object> decided = new ArrayList<>(); // guarded by this

    /**
     * Decides nothing yet.
     *
     * @param transactionTime what CURRENT_TIMESTAMP means where the standard says "per transaction"
     * @param statementTime what clock_timestamp and the like mean
     * @param zone the session's time zone
     */
    public DecidedValues(Instant transactionTime, Instant statementTime, ZoneId zone) {
        this.transactionTime = transactionTime;
        this.statementTime = statementTime;
        this.zone = zone;
    }

    public Instant transactionTime() {
        return transactionTime;
    }

    public Instant statementTime() {
        return statementTime;
    }

    public ZoneId zone() {
        return zone;
    }

    /**
     * The value of one occurrence in the text, made by {@code first} the first time it is asked
     * for.
     */
    public synchronized Object value(int occurrence, Supplier<?> first) {
        while (decided.size() <= occurrence) {
            decided.add(null);
        }
        Object value = decided.get(occurrence);
        if (value == null) {
            value = first.get();
            decided.set(occurrence, value);
        }
        return value;
    }
}
