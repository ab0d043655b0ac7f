package io.lockstep.controller.config;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces {@code ${NAME}} and {@code ${NAME:-default}} inside values. */
final class Variables {
    private static final Pattern REFERENCE =
            Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}|\\$\\{[^}]*}?");

    private final Map<String, String> values;

    Variables(Map<String, String> environment) {
        this.values = new HashMap<>(environment);
    }

    /** Makes a name known that is not in the environment. */
    void define(String name, String value) {
        values.put(name, value);
    }

    /**
     * The text with its references replaced. As in a shell, an empty variable counts as unset where
     * there is a default.
     *
     * @throws IllegalArgumentException if a variable is not set and has no default
     */
    String expand(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value(matcher)));
        }
        return matcher.appendTail(expanded).toString();
    }

    private String value(Matcher matcher) {
        String name = matcher.group(1);
        String fallback = matcher.group(2);
        if (name == null) {
            throw new IllegalArgumentException(
                    "malformed reference, expected ${NAME} or ${NAME:-default}");
        }
        String value = values.get(name);
        if (fallback != null && (value == null || value.isEmpty())) {
            return fallback;
        }
        if (value == null) {
            throw new IllegalArgumentException(
                    "environment variable %s is not set; set it, or write ${%s:-default}"
                            .formatted(name, name));
        }
        return value;
    }
}
