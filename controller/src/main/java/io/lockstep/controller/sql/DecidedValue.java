package io.lockstep.controller.sql;

import io.lockstep.controller.sql.Occurrence.Decided;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a value that is decided once is written for each engine: as one more parameter, cast to the
 * type the replaced expression had there.
 *
 * @param digits fractional digits of the seconds
 * @param perTransaction the clock stands still for the whole transaction
 */
record DecidedValue(Decided decided, int digits, boolean perTransaction) {
    private static final int MICROSECONDS = 6;

    /**
     * The value for an occurrence. Where the engines differ, the coarsest precision and the
     * standard's meaning hold for all, so that all store the same.
     */
    static DecidedValue of(Decided decided, int precision, Schema schema) {
        int digits = precision;
        if (digits < 0) {
            boolean wholeSeconds =
                    (decided == Decided.TIME && !schema.hasOnly("postgresql"))
                            || decided == Decided.UNIX_SECONDS
                            || schema.hasOnly("mariadb");
            digits = wholeSeconds ? 0 : MICROSECONDS;
        }
        boolean perTransaction =
                (schema.has("postgresql") || schema.has("h2"))
                        && decided != Decided.CLOCK_TIMESTAMP;
        return new DecidedValue(decided, Math.min(digits, MICROSECONDS), perTransaction);
    }

    /** The SQL expression with one parameter that takes the place of the original. */
    String expression(String engine) {
        boolean maria = engine.equals("mariadb");
        boolean zoned = engine.equals("postgresql") || engine.equals("h2");
        return switch (decided) {
            case TIMESTAMP, CLOCK_TIMESTAMP ->
                    maria
                            ? "CAST(? AS DATETIME(6))"
                            : zoned
                                    ? "CAST(? AS TIMESTAMP WITH TIME ZONE)"
                                    : "CAST(? AS TIMESTAMP)";
            case LOCAL_TIMESTAMP ->
                    maria
                            ? "CAST(? AS DATETIME(6))"
                            : zoned ? inSessionsZone("TIMESTAMP") : "CAST(? AS TIMESTAMP)";
            case UTC_TIMESTAMP -> maria ? "CAST(? AS DATETIME(6))" : "CAST(? AS TIMESTAMP)";
            case DATE -> zoned ? inSessionsZone("DATE") : "CAST(? AS DATE)";
            case TIME ->
                    maria
                            ? "CAST(? AS TIME(6))"
                            : zoned
                                    ? inSessionsZone(engine.equals("h2") ? "TIME(6)" : "TIME")
                                    : "CAST(? AS TIME)";
            case STATEMENT_CLOCK -> "CAST(? AS DOUBLE)";
            case UNIX_SECONDS -> maria ? "CAST(? AS SIGNED)" : "CAST(? AS BIGINT)";
            case UUID -> zoned ? "CAST(? AS UUID)" : "CAST(? AS CHAR(36))";
            case RANDOM -> maria ? "CAST(? AS DOUBLE)" : "CAST(? AS DOUBLE PRECISION)";
        };
    }

    /** What the clock on the wall shows in the time zone that the session has set. */
    private static String inSessionsZone(String type) {
        return "CAST(CAST(? AS TIMESTAMP WITH TIME ZONE) AS " + type + ")";
    }

    /** The parameter for {@link #expression}, of the type that engine's cast starts from. */
    Object value(int occurrence, DecidedValues values, String engine) {
        boolean zoned = engine.equals("postgresql") || engine.equals("h2");
        return switch (decided) {
            case TIMESTAMP, CLOCK_TIMESTAMP ->
                    zoned ? zonedTime(values) : zonedTime(values).toLocalDateTime();
            case LOCAL_TIMESTAMP -> zoned ? zonedTime(values) : zonedTime(values).toLocalDateTime();
            case UTC_TIMESTAMP -> LocalDateTime.ofInstant(instant(values), ZoneOffset.UTC);
            case DATE -> zoned ? zonedTime(values) : zonedTime(values).toLocalDate();
            case TIME -> zoned ? zonedTime(values) : zonedTime(values).toLocalTime();
            case UNIX_SECONDS -> instant(values).getEpochSecond();
            case STATEMENT_CLOCK -> seconds(instant(values));
            case UUID -> {
                Object uuid = values.value(occurrence, UUID::randomUUID);
                yield zoned ? uuid : uuid.toString();
            }
            case RANDOM -> values.value(occurrence, () -> ThreadLocalRandom.current().nextDouble());
        };
    }

    private static BigDecimal seconds(Instant instant) {
        return BigDecimal.valueOf(instant.getEpochSecond())
                .add(BigDecimal.valueOf(instant.getNano() / 1_000, MICROSECONDS));
    }

    private OffsetDateTime zonedTime(DecidedValues values) {
        return instant(values).atZone(values.zone()).toOffsetDateTime();
    }

    private Instant instant(DecidedValues values) {
        Instant instant = perTransaction ? values.transactionTime() : values.statementTime();
        long unit = 1;
        for (int i = digits; i < 9; i++) {
            unit *= 10;
        }
        return instant.minusNanos(instant.getLong(ChronoField.NANO_OF_SECOND) % unit);
    }
}
