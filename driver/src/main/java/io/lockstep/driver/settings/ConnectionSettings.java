package io.lockstep.driver.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything needed to connect, checked; made once per connection or data source.
 *
 * @param url the URL without its properties, which may hold the password
 * @param hosts controllers, tried in turn
 * @param virtualDatabase what to log in to
 * @param user login name, may be empty
 * @param password never printed
 * @param connectTimeout per host; zero: no limit
 * @param socketTimeout for each answer; zero: no limit
 * @param loginTimeout for connecting as a whole; zero: no limit
 * @param fetchSize rows per round trip; 0: the driver chooses
 * @param applicationName may be empty
 * @param tls encryption
 * @param tlsTrust trust anchors, if not the JVM's own
 * @param readOnly initial mode of connections
 * @param outcomeTimeout how long to look for the outcome of an interrupted commit; zero: do not ask
 * @param ignoredKeys keys of the {@link Properties} that mean nothing to this driver
 */
public record ConnectionSettings(
        String url,
        List<HostAddress> hosts,
        String virtualDatabase,
        String user,
        String password,
        Duration connectTimeout,
        Duration socketTimeout,
        Duration loginTimeout,
        int fetchSize,
        String applicationName,
        TlsMode tls,
        Optional<Path> tlsTrust,
        boolean readOnly,
        Duration outcomeTimeout,
        List<String> ignoredKeys) {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,10})\\s*(ms|s|m|h)?");
    private static final Duration DURATION_MAX = Duration.ofMillis(Integer.MAX_VALUE);

    /**
     * Reads URL and properties; a key given in both counts as in the URL.
     *
     * @param properties may be null
     */
    public static ConnectionSettings of(String url, Properties properties)
            throws InvalidSettingException {
        ConnectionUrl parsed = ConnectionUrl.parse(url);
        List<String> ignored = new ArrayList<>();
        Map<ConnectionProperty, String> values = known(properties, ignored);
        values.putAll(parsed.properties());
        return new ConnectionSettings(
                withoutProperties(url),
                parsed.hosts(),
                parsed.virtualDatabase(),
                text(values, ConnectionProperty.USER),
                text(values, ConnectionProperty.PASSWORD),
                duration(values, ConnectionProperty.CONNECT_TIMEOUT),
                duration(values, ConnectionProperty.SOCKET_TIMEOUT),
                duration(values, ConnectionProperty.LOGIN_TIMEOUT),
                number(values, ConnectionProperty.FETCH_SIZE),
                text(values, ConnectionProperty.APPLICATION_NAME),
                tlsMode(values),
                Optional.of(text(values, ConnectionProperty.TLS_TRUST))
                        .filter(file -> !file.isEmpty())
                        .map(Path::of),
                Boolean.parseBoolean(choice(values, ConnectionProperty.READ_ONLY)),
                duration(values, ConnectionProperty.OUTCOME_TIMEOUT),
                List.copyOf(ignored));
    }

    /** The properties this driver knows; the keys of the others are added to {@code ignored}. */
    public static Map<ConnectionProperty, String> known(
            Properties properties, List<String> ignored) {
        Map<ConnectionProperty, String> values = new EnumMap<>(ConnectionProperty.class);
        if (properties != null) {
            for (String key : properties.stringPropertyNames()) {
                ConnectionProperty.byKey(key)
                        .ifPresentOrElse(
                                property -> values.put(property, properties.getProperty(key)),
                                () -> ignored.add(key));
            }
        }
        return values;
    }

    private static String withoutProperties(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    private static String text(
            Map<ConnectionProperty, String> values, ConnectionProperty property) {
        return values.getOrDefault(property, property.defaultText());
    }

    private static String choice(
            Map<ConnectionProperty, String> values, ConnectionProperty property)
            throws InvalidSettingException {
        String text = text(values, property);
        if (!property.choices().contains(text)) {
            throw refused(property, text, "one of " + String.join(", ", property.choices()));
        }
        return text;
    }

    private static TlsMode tlsMode(Map<ConnectionProperty, String> values)
            throws InvalidSettingException {
        String text = choice(values, ConnectionProperty.TLS);
        return Stream.of(TlsMode.values())
                .filter(mode -> mode.text().equals(text))
                .findFirst()
                .orElseThrow();
    }

    private static int number(Map<ConnectionProperty, String> values, ConnectionProperty property)
            throws InvalidSettingException {
        String text = text(values, property);
        try {
            int number = Integer.parseInt(text.trim());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw (InvalidSettingException)
                    refused(property, text, "a whole number from 0").initCause(e);
        }
        throw refused(property, text, "a whole number from 0");
    }

    private static Duration duration(
            Map<ConnectionProperty, String> values, ConnectionProperty property)
            throws InvalidSettingException {
        String text = text(values, property);
        Matcher matcher = DURATION.matcher(text.trim());
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            Duration duration =
                    switch (unit) {
                        case "ms" -> Duration.ofMillis(amount);
                        case "m" -> Duration.ofMinutes(amount);
                        case "h" -> Duration.ofHours(amount);
                        default -> Duration.ofSeconds(amount);
                    };
            if (duration.compareTo(DURATION_MAX) <= 0) {
                return duration;
            }
        }
        throw refused(
                property,
                text,
                "a number of seconds or a number with a unit (500ms, 30s, 2m, 1h) of at most 24 days");
    }

    private static InvalidSettingException refused(
            ConnectionProperty property, String text, String expected) {
        return new InvalidSettingException(
                "Property \"" + property.key() + "\" is \"" + text + "\", expected " + expected);
    }

    /** The same settings for another login. */
    public ConnectionSettings withLogin(String otherUser, String otherPassword) {
        return new ConnectionSettings(
                url,
                hosts,
                virtualDatabase,
                otherUser,
                otherPassword,
                connectTimeout,
                socketTimeout,
                loginTimeout,
                fetchSize,
                applicationName,
                tls,
                tlsTrust,
                readOnly,
                outcomeTimeout,
                ignoredKeys);
    }

    /** URL and user; never the password. */
    @Override
    public String toString() {
        return url + " as " + user;
    }
}
