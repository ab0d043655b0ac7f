package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * The usual time zone of the controller that ran a commit at first, where it is not today's: texts
 * and values that say nothing about their zone must come to mean what they meant.
 */
final class LoggedZone {
    private final Dialect dialect;
    private final ZoneId zone;
    private final boolean another;

    /**
     * @param here today's
     */
    LoggedZone(Dialect dialect, ZoneId zone, ZoneId here) {
        this.dialect = dialect;
        this.zone = zone;
        this.another = !zone.equals(here);
    }

    /** What sets it on a connection; null if there is nothing to be set. */
    String statement() {
        return another ? dialect.setTimeZone(zone).orElse(null) : null;
    }

    /**
     * An instant that goes into a column without a zone is put there as the clock shows in one:
     * some engines' servers do that by their session, the other engines' drivers by the zone of
     * this process.
     */
    List<? extends List<?>> values(List<? extends List<?>> rows) {
        if (!another || !dialect.driverConvertsInstants() || rows.stream().noneMatch(this::any)) {
            return rows;
        }
        List<List<Object>> local = new ArrayList<>(rows.size());
        for (List<?> row : rows) {
            List<Object> values = new ArrayList<>(row.size());
            row.forEach(value -> values.add(local(value)));
            local.add(values);
        }
        return local;
    }

    private boolean any(List<?> row) {
        return row.stream().anyMatch(OffsetDateTime.class::isInstance);
    }

    private Object local(Object value) {
        return value instanceof OffsetDateTime instant
                ? instant.atZoneSameInstant(zone).toLocalDateTime()
                : value;
    }
}
