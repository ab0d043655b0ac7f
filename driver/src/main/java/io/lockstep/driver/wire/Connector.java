package io.lockstep.driver.wire;

import io.lockstep.driver.errors.Failures;
import io.lockstep.driver.errors.ServerErrors;
import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.driver.settings.HostAddress;
import io.lockstep.driver.settings.TlsMode;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ScramClient;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Connects to the hosts of the settings in turn and logs in to the first that lets us.
 *
 * <p>A host that is not reachable, or says that it cannot serve now, is passed over; a refused
 * login is final, since the others know the same users.
 */
final class Connector {
    private final ConnectionSettings settings;

    Connector(ConnectionSettings settings) {
        this.settings = settings;
    }

    /** A link that is logged in, and what the controller said of itself. */
    record Login(ControllerLink link, Response.Welcome welcome) {}

    /**
     * Tries every host once; each gets its share of the time that is left.
     *
     * @throws SQLException 08004 login refused, or not finished in time by any host; 08001 no host
     *     could be used, with each host's reason in the message
     */
    Login connect(Deadline deadline) throws SQLException {
        List<HostAddress> hosts = settings.hosts();
        List<Exception> failures = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            try {
                return connect(hosts.get(i), deadline.share(hosts.size() - i));
            } catch (IOException e) {
                failures.add(e);
                reasons.add(hosts.get(i) + ": " + reason(e));
            } catch (SQLException e) {
                if (SqlState.LOGIN_REFUSED.code().equals(e.getSQLState())) {
                    throw e;
                }
                failures.add(e);
                reasons.add(hosts.get(i) + ": " + e.getMessage());
            }
        }
        throw allFailed(failures, String.join("; ", reasons));
    }

    private SQLException allFailed(List<Exception> failures, String reasons) {
        SQLException all =
                failures.stream().allMatch(LoginTooSlow.class::isInstance)
                        ? Failures.loginRefused(
                                "The login to " + settings.url() + " took too long: " + reasons,
                                failures.get(0))
                        : Failures.noController(
                                "No controller of " + settings.url() + " could be used: " + reasons,
                                failures.get(0));
        failures.stream().skip(1).forEach(all::addSuppressed);
        return all;
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    /** The host accepted the connection but did not answer in time. */
    private static final class LoginTooSlow extends IOException {
        private static final long serialVersionUID = 1;

        LoginTooSlow(SocketTimeoutException cause) {
            super("the connection was accepted but the login did not finish in time", cause);
        }
    }

    private Login connect(HostAddress host, Deadline deadline) throws IOException, SQLException {
        ControllerLink link = open(host, deadline);
        boolean done = false;
        try {
            Login login = new Login(link, login(link, deadline));
            link.setReadTimeout(settings.socketTimeout());
            done = true;
            return login;
        } catch (SocketTimeoutException e) {
            throw new LoginTooSlow(e);
        } finally {
            if (!done) {
                link.close();
            }
        }
    }

    /** Connects to one host, without a login. */
    ControllerLink open(HostAddress host, Deadline deadline) throws IOException {
        Socket socket = new Socket();
        boolean done = false;
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(
                    new InetSocketAddress(host.host(), host.port()),
                    SocketTimeouts.millis(deadline.remaining(settings.connectTimeout())));
            socket.setSoTimeout(SocketTimeouts.millis(deadline.remaining(settings.loginTimeout())));
            Socket ready =
                    settings.tls() == TlsMode.DISABLE
                            ? socket
                            : TlsSockets.over(socket, host, settings);
            ControllerLink link = new ControllerLink(host, ready);
            done = true;
            return link;
        } finally {
            if (!done) {
                socket.close();
            }
        }
    }

    private Response.Welcome login(ControllerLink link, Deadline deadline)
            throws IOException, SQLException {
        ScramClient scram = new ScramClient(settings.user(), settings.password());
        Response.Challenge challenge =
                ask(
                        link,
                        new Request.Hello(
                                Protocol.MAGIC,
                                Protocol.VERSION_MIN,
                                Protocol.VERSION_MAX,
                                Protocol.FEATURES,
                                settings.virtualDatabase(),
                                settings.user(),
                                settings.applicationName(),
                                scram.clientFirst()),
                        Response.Challenge.class,
                        deadline);
        Response.Welcome welcome =
                ask(
                        link,
                        new Request.ScramFinal(scram.clientFinal(challenge.scramServerFirst())),
                        Response.Welcome.class,
                        deadline);
        scram.verifyServer(welcome.scramServerFinal());
        return welcome;
    }

    private <T extends Response> T ask(
            ControllerLink link, Request request, Class<T> expected, Deadline deadline)
            throws IOException, SQLException {
        request.writeTo(link.values());
        link.setReadTimeout(deadline.remaining(settings.loginTimeout()));
        link.send();
        Response response = link.receive();
        if (expected.isInstance(response)) {
            return expected.cast(response);
        }
        if (response instanceof Response.Failed failed) {
            throw ServerErrors.toException(failed, false);
        }
        throw new ProtocolException("a " + response.tag() + " during the login");
    }
}
