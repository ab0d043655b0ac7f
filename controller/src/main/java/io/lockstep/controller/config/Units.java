package io.lockstep.controller.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations such as {@code 500ms} or {@code 30s} and sizes such as {@code 64MB}. */
final class Units {
    private static final Pattern NUMBER_AND_UNIT =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{1,6})?)\\s*([A-Za-z]*)");
    private static final Map<String, Long> NANOS =
            Map.of(
                    "ms", 1_000_000L,
                    "s", 1_000_000_000L,
                    "m", 60_000_000_000L,
                    "min", 60_000_000_000L,
                    "h", 3_600_000_000_000L,
                    "d", 86_400_000_000_000L);
    private static final Map<String, Long> BYTES =
            Map.of(
                    "b", 1L,
                    "kb", 1L << 10,
                    "mb", 1L << 20,
                    "gb", 1L << 30,
                    "tb", 1L << 40);

    private Units() {}

    static Duration duration(String text) {
        return Duration.ofNanos(
                parse(text, NANOS, "a duration such as 500ms, 30s, 5m, 1h (the unit is required)"));
    }

    /** In bytes; 1KB = 1024. */
    static long size(String text) {
        return parse(text, BYTES, "a size such as 64MB or 10GB (the unit is required)");
    }

    private static long parse(String text, Map<String, Long> units, String expected) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.strip());
        Long unit = matcher.matches() ? units.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("\"" + text + "\", expected " + expected);
        }
        BigDecimal amount = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (amount.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("\"" + text + "\" is too large");
        }
        return amount.longValue();
    }
}
