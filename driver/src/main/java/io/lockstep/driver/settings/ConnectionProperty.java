package io.lockstep.driver.settings;

import java.sql.DriverPropertyInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every connection property: its key in URLs and {@link java.util.Properties}, its default and what
 * it means. {@link DriverPropertyInfo}, the README's table and the check for unknown keys come from
 * here.
 *
 * <p>Times are numbers of seconds, or numbers with a unit: {@code 500ms}, {@code 30s}, {@code 2m};
 * 0 means "no limit" unless said otherwise.
 */
public enum ConnectionProperty {
    USER("user", "", "Name of a user of the virtual database."),
    PASSWORD("password", "", "The user's password."),
    CONNECT_TIMEOUT(
            "connectTimeout", "10s", "Longest wait for one host to accept the TCP connection."),
    SOCKET_TIMEOUT(
            "socketTimeout",
            "0",
            "Longest silence of the controller while an answer is due; then the connection is given up."
                    + " Must be longer than the longest statement."),
    LOGIN_TIMEOUT(
            "loginTimeout",
            "30s",
            "Longest time for all of connecting: every host, TLS and login together."),
    FETCH_SIZE(
            "fetchSize",
            "0",
            "Rows per round trip of a result; 0 lets the driver choose."
                    + " Statement.setFetchSize overrides it."),
    APPLICATION_NAME(
            "applicationName", "", "Name shown for this session by 'lockstep session list'."),
    TLS(
            "tls",
            "disable",
            "disable: plain TCP. require: encrypted, certificate checked only against tlsTrust."
                    + " verify-full: encrypted, certificate and host name checked.",
            Arrays.stream(TlsMode.values()).map(TlsMode::text).toArray(String[]::new)),
    TLS_TRUST(
            "tlsTrust",
            "",
            "File with the trusted certificates (PEM, or a PKCS12/JKS store without a password);"
                    + " empty: the JVM's own."),
    READ_ONLY("readOnly", "false", "Whether connections start read-only.", "true", "false"),
    OUTCOME_TIMEOUT(
            "outcomeTimeout",
            "10s",
            "When the connection is lost during a commit: how long to look for a controller that knows"
                    + " what became of it; 0: do not ask, report 08007.");

    private final String key;
    private final String defaultText;
    private final String description;
    private final String choices; // separated by commas: an enum holds nothing mutable

    ConnectionProperty(String key, String defaultText, String description, String... choices) {
        this.key = key;
        this.defaultText = defaultText;
        this.description = description;
        this.choices = String.join(",", choices);
    }

    /** The key in a URL or {@link java.util.Properties}. */
    public String key() {
        return key;
    }

    /** The value that holds when none is given, in the same notation. */
    public String defaultText() {
        return defaultText;
    }

    /** What it means, one or two sentences. */
    public String description() {
        return description;
    }

    /** The allowed values, empty if there is no fixed list. */
    public List<String> choices() {
        return choices.isEmpty() ? List.of() : List.of(choices.split(",", -1));
    }

    /** Finds the property with exactly this key. */
    public static Optional<ConnectionProperty> byKey(String key) {
        return Stream.of(values()).filter(property -> property.key.equals(key)).findFirst();
    }

    /** What tools show: all properties with the values given so far; the password is left out. */
    public static DriverPropertyInfo[] describe(Map<ConnectionProperty, String> given) {
        return Stream.of(values())
                .map(property -> property.describe(given.get(property)))
                .toArray(DriverPropertyInfo[]::new);
    }

    private DriverPropertyInfo describe(String given) {
        String value = given == null ? defaultText : given;
        DriverPropertyInfo info = new DriverPropertyInfo(key, this == PASSWORD ? null : value);
        info.description = description;
        info.choices = choices.isEmpty() ? null : choices().toArray(String[]::new);
        info.required = false;
        return info;
    }

    /**
     * " Did you mean ...?" for a key that differs in case or by an edit or two, else a list of all.
     */
    static String suggestion(String unknownKey) {
        for (ConnectionProperty property : values()) {
            if (distance(property.key.toLowerCase(Locale.ROOT), unknownKey.toLowerCase(Locale.ROOT))
                    <= 2) {
                return "Did you mean \"" + property.key + "\"?";
            }
        }
        return "Known: " + String.join(", ", Stream.of(values()).map(p -> p.key).toList());
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
