package io.lockstep.backends.dialect;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The key=value part of a JDBC URL. Keys are compared without regard to case, as most drivers do.
 */
final class UrlSettings {
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param start character before the first pair, {@code ?} or {@code ;}
     * @param separator character between pairs
     */
    UrlSettings(String url, char start, char separator) {
        int begin = url.indexOf(start);
        if (begin < 0) {
            return;
        }
        int from = begin + 1;
        while (from <= url.length()) {
            int end = url.indexOf(separator, from);
            if (end < 0) {
                end = url.length();
            }
            put(url.substring(from, end));
            from = end + 1;
        }
    }

    private void put(String pair) {
        if (pair.isBlank()) {
            return;
        }
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        values.put(key.strip().toLowerCase(Locale.ROOT), value.strip());
    }

    boolean has(String key) {
        return values.containsKey(key.toLowerCase(Locale.ROOT));
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key.toLowerCase(Locale.ROOT)));
    }

    boolean is(String key, String value) {
        return get(key).filter(value::equalsIgnoreCase).isPresent();
    }

    /** Whether a switch is on; drivers read a key without a value as on. */
    boolean isOn(String key) {
        return get(key).filter(v -> v.isEmpty() || v.equalsIgnoreCase("true") || v.equals("1"))
                .isPresent();
    }
}
