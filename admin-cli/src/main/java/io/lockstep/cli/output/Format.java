package io.lockstep.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Figures for human eyes. */
public final class Format {
    private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

    private Format() {}

    /** 1536 to {@code 1.5 KB}. */
    public static String bytes(long bytes) {
        double amount = bytes;
        int unit = 0;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        String pattern = unit == 0 || amount >= 100 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, pattern, amount, UNITS[unit]);
    }

    /** 75 s to {@code 1m 15s}; the two largest units. */
    public static String duration(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 1) {
            return Math.max(0, duration.toMillis()) + "ms";
        }
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m " + seconds % 60 + "s";
        }
        if (seconds < 86_400) {
            return seconds / 3600 + "h " + seconds % 3600 / 60 + "m";
        }
        return seconds / 86_400 + "d " + seconds % 86_400 / 3600 + "h";
    }

    /** How long ago an ISO 8601 time was; the text itself if it is none, empty if it is empty. */
    public static String since(String instant, Instant now) {
        try {
            return instant.isEmpty() ? "" : duration(Duration.between(Instant.parse(instant), now));
        } catch (DateTimeParseException e) {
            return instant; // a newer controller may write it differently
        }
    }

    /** An ISO 8601 time in the local zone. */
    public static String local(String instant) {
        try {
            return instant.isEmpty()
                    ? ""
                    : DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
                            .format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
        } catch (DateTimeParseException e) {
            return instant;
        }
    }

    /** {@code 1 session}, {@code 2 sessions}. */
    public static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
