package io.lockstep.driver.convert;

import java.sql.Date;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;

/**
 * Non-null values as dates and times.
 *
 * <p>A value without a zone is taken to be in the JVM's default zone, or the calendar's where the
 * caller gives one, when an instant is asked for; and the other way round.
 */
public final class TemporalConversion {
    /**
     * ISO-8601 with a blank or 'T' between date and time, and the zone optional: what databases
     * print.
     */
    private static final DateTimeFormatter TEXT =
            new DateTimeFormatterBuilder()
                    .appendOptional(DateTimeFormatter.ISO_LOCAL_DATE)
                    .optionalStart()
                    .appendLiteral(' ')
                    .optionalEnd()
                    .optionalStart()
                    .parseCaseInsensitive()
                    .appendLiteral('T')
                    .optionalEnd()
                    .appendOptional(DateTimeFormatter.ISO_LOCAL_TIME)
                    .optionalStart()
                    .appendOffset("+HH:mm", "Z")
                    .optionalEnd()
                    .optionalStart()
                    .appendOffset("+HH", "Z")
                    .optionalEnd()
                    .toFormatter(java.util.Locale.ROOT);

    /** A java.sql.Time is a time on the first day of the epoch. */
    private static final LocalDate TIME_DATE = LocalDate.EPOCH;

    private TemporalConversion() {}

    public static LocalDate toLocalDate(Object value) throws SQLException {
        if (value instanceof LocalDate date) {
            return date;
        }
        if (value instanceof LocalDateTime || value instanceof OffsetDateTime) {
            return toLocalDateTime(value).toLocalDate();
        }
        if (value instanceof String text) {
            return fromText(text, "a date", LocalDate::from);
        }
        throw Unconvertible.types(value, "a date");
    }

    public static LocalTime toLocalTime(Object value) throws SQLException {
        if (value instanceof LocalTime time) {
            return time;
        }
        if (value instanceof OffsetTime time) {
            return time.toLocalTime();
        }
        if (value instanceof LocalDateTime || value instanceof OffsetDateTime) {
            return toLocalDateTime(value).toLocalTime();
        }
        if (value instanceof String text) {
            return fromText(text, "a time", LocalTime::from);
        }
        throw Unconvertible.types(value, "a time");
    }

    public static LocalDateTime toLocalDateTime(Object value) throws SQLException {
        return toLocalDateTime(value, ZoneId.systemDefault());
    }

    private static LocalDateTime toLocalDateTime(Object value, ZoneId zone) throws SQLException {
        if (value instanceof LocalDateTime timestamp) {
            return timestamp;
        }
        if (value instanceof OffsetDateTime timestamp) {
            return timestamp.atZoneSameInstant(zone).toLocalDateTime();
        }
        if (value instanceof LocalDate date) {
            return date.atStartOfDay();
        }
        if (value instanceof LocalTime time) {
            return time.atDate(TIME_DATE);
        }
        if (value instanceof OffsetTime time) {
            return time.toLocalTime().atDate(TIME_DATE);
        }
        if (value instanceof String text) {
            return toLocalDateTime(parsed(text), zone);
        }
        throw Unconvertible.types(value, "a timestamp");
    }

    public static OffsetDateTime toOffsetDateTime(Object value) throws SQLException {
        if (value instanceof OffsetDateTime timestamp) {
            return timestamp;
        }
        if (value instanceof String text) {
            return toOffsetDateTime(parsed(text));
        }
        return toLocalDateTime(value).atZone(ZoneId.systemDefault()).toOffsetDateTime();
    }

    public static Instant toInstant(Object value) throws SQLException {
        return toOffsetDateTime(value).toInstant();
    }

    public static OffsetTime toOffsetTime(Object value) throws SQLException {
        if (value instanceof OffsetTime time) {
            return time;
        }
        if (value instanceof OffsetDateTime timestamp) {
            return timestamp.toOffsetTime();
        }
        if (value instanceof String text) {
            TemporalAccessor parsed = parse(text, "a time");
            return parsed.isSupported(ChronoField.OFFSET_SECONDS)
                    ? fromText(text, "a time", OffsetTime::from)
                    : toOffsetTime(toLocalTime(text));
        }
        return toLocalTime(value)
                .atDate(TIME_DATE)
                .atZone(ZoneId.systemDefault())
                .toOffsetDateTime()
                .toOffsetTime();
    }

    /** A date at the start of its day in the calendar's zone. */
    public static Date toDate(Object value, Calendar calendar) throws SQLException {
        if (calendar == null) {
            return Date.valueOf(toLocalDate(value));
        }
        ZoneId zone = calendar.getTimeZone().toZoneId();
        LocalDate date = toLocalDateTime(value, zone).toLocalDate();
        return new Date(date.atStartOfDay(zone).toInstant().toEpochMilli());
    }

    /** A time on 1970-01-01 in the calendar's zone, to the millisecond. */
    public static Time toTime(Object value, Calendar calendar) throws SQLException {
        if (value instanceof OffsetTime time) {
            return new Time(time.atDate(TIME_DATE).toInstant().toEpochMilli());
        }
        ZoneId zone = zone(calendar);
        LocalTime time =
                value instanceof String text
                        ? toLocalTime(text)
                        : toLocalDateTime(value, zone).toLocalTime();
        return new Time(time.atDate(TIME_DATE).atZone(zone).toInstant().toEpochMilli());
    }

    public static Timestamp toTimestamp(Object value, Calendar calendar) throws SQLException {
        Object temporal = value instanceof String text ? parsed(text) : value;
        if (temporal instanceof OffsetDateTime timestamp) {
            return Timestamp.from(timestamp.toInstant());
        }
        if (calendar == null) {
            return Timestamp.valueOf(toLocalDateTime(temporal));
        }
        ZoneId zone = zone(calendar);
        return Timestamp.from(toLocalDateTime(temporal, zone).atZone(zone).toInstant());
    }

    /** The date as the calendar's zone, or the JVM's, sees it. */
    public static LocalDate fromDate(Date date, Calendar calendar) {
        return Instant.ofEpochMilli(date.getTime()).atZone(zone(calendar)).toLocalDate();
    }

    /** The time of day as the calendar's zone, or the JVM's, sees it, to the millisecond. */
    public static LocalTime fromTime(Time time, Calendar calendar) {
        return Instant.ofEpochMilli(time.getTime()).atZone(zone(calendar)).toLocalTime();
    }

    /** The moment as the calendar's zone, or the JVM's, sees it. */
    public static LocalDateTime fromTimestamp(Timestamp timestamp, Calendar calendar) {
        return calendar == null
                ? timestamp.toLocalDateTime()
                : LocalDateTime.ofInstant(timestamp.toInstant(), zone(calendar));
    }

    private static ZoneId zone(Calendar calendar) {
        return calendar == null ? ZoneId.systemDefault() : calendar.getTimeZone().toZoneId();
    }

    /** The richest type the text has: OffsetDateTime, LocalDateTime, LocalDate or LocalTime. */
    private static Temporal parsed(String text) throws SQLException {
        TemporalAccessor fields = parse(text, "a timestamp");
        boolean date = fields.isSupported(ChronoField.EPOCH_DAY);
        boolean time = fields.isSupported(ChronoField.NANO_OF_DAY);
        boolean offset = fields.isSupported(ChronoField.OFFSET_SECONDS);
        if (date && time) {
            return offset ? OffsetDateTime.from(fields) : LocalDateTime.from(fields);
        }
        if (date) {
            return LocalDate.from(fields);
        }
        if (time) {
            return LocalTime.from(fields);
        }
        throw Unconvertible.text(text, "a timestamp", null);
    }

    private static TemporalAccessor parse(String text, String wanted) throws SQLException {
        try {
            return TEXT.parse(text.strip());
        } catch (DateTimeParseException e) {
            throw Unconvertible.text(text, wanted, e);
        }
    }

    private interface Extraction<T> {
        T from(TemporalAccessor fields);
    }

    private static <T> T fromText(String text, String wanted, Extraction<T> extraction)
            throws SQLException {
        TemporalAccessor fields = parse(text, wanted);
        try {
            return extraction.from(fields);
        } catch (DateTimeException e) {
            throw Unconvertible.text(text, wanted, e);
        }
    }
}
