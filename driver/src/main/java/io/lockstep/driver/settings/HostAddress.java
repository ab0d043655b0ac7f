package io.lockstep.driver.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Where one controller listens.
 *
 * @param host name or address; an IPv6 literal without its brackets
 * @param port TCP port, 1 to 65535
 */
public record HostAddress(String host, int port) {
    /** The port used when the URL names none. */
    public static final int DEFAULT_PORT = 25322;

    /** Splits {@code host[:port][,host[:port]...]}; IPv6 literals stand in brackets. */
    static List<HostAddress> parseList(String text) throws InvalidSettingException {
        List<HostAddress> hosts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            hosts.add(parse(part.trim()));
        }
        return List.copyOf(hosts);
    }

    private static HostAddress parse(String text) throws InvalidSettingException {
        if (text.indexOf('@') >= 0) {
            throw new InvalidSettingException(
                    "The host part of the URL contains '@'. Give the login as properties instead:"
                            + " ?user=...&password=...");
        }
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            if (end < 0) {
                throw new InvalidSettingException(
                        "Host \"" + text + "\" lacks the closing ']' of an IPv6 address");
            }
            return of(text.substring(1, end), text.substring(end + 1), text);
        }
        int colon = text.indexOf(':');
        if (colon != text.lastIndexOf(':')) {
            throw new InvalidSettingException(
                    "Host \""
                            + text
                            + "\" is ambiguous; write IPv6 addresses in brackets: [::1]:25322");
        }
        return colon < 0
                ? of(text, "", text)
                : of(text.substring(0, colon), text.substring(colon), text);
    }

    private static HostAddress of(String host, String portPart, String whole)
            throws InvalidSettingException {
        if (host.isEmpty()) {
            throw new InvalidSettingException(
                    whole.isEmpty()
                            ? "The URL names no host, or an empty one between commas"
                            : "\"" + whole + "\" names a port but no host");
        }
        if (portPart.isEmpty()) {
            return new HostAddress(host, DEFAULT_PORT);
        }
        int port = portPart.charAt(0) == ':' ? portNumber(portPart.substring(1)) : -1;
        if (port < 1) {
            throw new InvalidSettingException(
                    "Port of \"" + whole + "\" is not a number from 1 to 65535");
        }
        return new HostAddress(host, port);
    }

    private static int portNumber(String digits) {
        if (digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port <= 65535 ? port : -1;
    }

    /** As it stands in a URL: {@code host:port}, IPv6 literals in brackets. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
