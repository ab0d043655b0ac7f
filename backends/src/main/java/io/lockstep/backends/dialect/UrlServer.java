package io.lockstep.backends.dialect;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Optional;

/** The server named by a JDBC URL, however it is spelt. */
final class UrlServer {
    private UrlServer() {}

    /**
     * Address and port of the part behind {@code //}. May ask the name service.
     *
     * @return empty if the URL names no server, or one that cannot be resolved
     */
    static Optional<String> of(String url, int defaultPort) {
        int slashes = url.indexOf("//");
        if (slashes < 0) {
            return Optional.empty();
        }
        int end = slashes + 2;
        while (end < url.length() && "/;?".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        try {
            URI server = new URI("server:" + url.substring(slashes, end));
            if (server.getHost() == null) {
                return Optional.empty();
            }
            int port = server.getPort() < 0 ? defaultPort : server.getPort();
            InetAddress address = InetAddress.getByName(server.getHost());
            String host = address.isLoopbackAddress() ? "loopback" : address.getHostAddress();
            return Optional.of(host + ":" + port);
        } catch (URISyntaxException | UnknownHostException e) {
            return Optional.empty();
        }
    }
}
