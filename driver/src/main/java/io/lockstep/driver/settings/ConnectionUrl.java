package io.lockstep.driver.settings;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A URL taken apart, nothing interpreted yet.
 *
 * <pre>jdbc:lockstep://host[:port][,host[:port]...]/virtualDatabase[?key=value[&amp;key=value...]]
 * </pre>
 *
 * @param hosts in the order to be tried, at least one
 * @param virtualDatabase decoded, not empty
 * @param properties decoded values of the known keys; unknown keys were refused
 */
public record ConnectionUrl(
        List<HostAddress> hosts,
        String virtualDatabase,
        Map<ConnectionProperty, String> properties) {
    /** How every URL of this driver starts. */
    public static final String PREFIX = "jdbc:lockstep:";

    /** Whether this driver is meant, well-formed or not. */
    public static boolean accepts(String url) {
        return url != null && url.startsWith(PREFIX);
    }

    /** Takes the URL apart, or says what is wrong with it. */
    public static ConnectionUrl parse(String url) throws InvalidSettingException {
        if (!accepts(url) || !url.startsWith("//", PREFIX.length())) {
            throw malformed("it does not start with " + PREFIX + "//");
        }
        String rest = url.substring(PREFIX.length() + 2);
        int question = rest.indexOf('?');
        String location = question < 0 ? rest : rest.substring(0, question);
        int slash = location.indexOf('/');
        if (slash < 0 || slash == location.length() - 1) {
            throw malformed("it names no virtual database");
        }
        String database = decode(location.substring(slash + 1));
        if (database.indexOf('/') >= 0) {
            throw malformed("the name of the virtual database contains '/'");
        }
        return new ConnectionUrl(
                HostAddress.parseList(location.substring(0, slash)),
                database,
                question < 0 ? Map.of() : parseProperties(rest.substring(question + 1)));
    }

    private static Map<ConnectionProperty, String> parseProperties(String query)
            throws InvalidSettingException {
        Map<ConnectionProperty, String> properties = new EnumMap<>(ConnectionProperty.class);
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String key = decode(equals < 0 ? pair : pair.substring(0, equals));
            ConnectionProperty property =
                    ConnectionProperty.byKey(key)
                            .orElseThrow(
                                    () ->
                                            new InvalidSettingException(
                                                    "Unknown key \""
                                                            + key
                                                            + "\" in the URL. "
                                                            + ConnectionProperty.suggestion(key)));
            if (equals < 0) {
                throw new InvalidSettingException("Key \"" + key + "\" in the URL lacks =value");
            }
            if (properties.put(property, decode(pair.substring(equals + 1))) != null) {
                throw new InvalidSettingException("Key \"" + key + "\" is in the URL twice");
            }
        }
        return properties;
    }

    /** Percent-decoding of UTF-8; '+' stays a plus sign, passwords contain it. */
    private static String decode(String text) throws InvalidSettingException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.put(in[i]);
                continue;
            }
            int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw malformed(
                        "a '%' is not followed by two hexadecimal digits (write %25 for '%')");
            }
            out.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(out.flip()).toString();
        } catch (CharacterCodingException e) {
            InvalidSettingException refused = malformed("its percent-encoded bytes are not UTF-8");
            refused.initCause(e);
            throw refused;
        }
    }

    // The URL itself is not repeated in messages: it may contain a password.
    private static InvalidSettingException malformed(String why) {
        return new InvalidSettingException(
                "The URL cannot be used: "
                        + why
                        + ". Expected "
                        + PREFIX
                        + "//host[:port][,host[:port]...]/virtualDatabase[?key=value&...]");
    }
}
