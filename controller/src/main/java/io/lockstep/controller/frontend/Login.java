package io.lockstep.controller.frontend;

import io.lockstep.controller.session.SessionRefusedException;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ScramServer;
import io.lockstep.protocol.ScramVerifier;
import io.lockstep.protocol.SqlState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks who a client is: HELLO, CHALLENGE, SCRAM_FINAL. Knows no sockets. */
final class Login {
    private static final Logger log = LoggerFactory.getLogger(Login.class);

    private final Request.Hello hello;
    private final boolean known;
    private final ScramServer scram;

    /**
     * Begins a login.
     *
     * @param secret of this process, for accounts that do not exist
     * @throws SessionRefusedException if there is no version both ends speak
     */
    Login(Logins logins, byte[] secret, Request.Hello hello) throws SessionRefusedException {
        if (hello.versionMin() > Protocol.VERSION_MAX
                || hello.versionMax() < Protocol.VERSION_MIN) {
            throw new SessionRefusedException(
                    SqlState.LOGIN_REFUSED,
                    "The client speaks protocol versions %d to %d, this controller %d to %d; update the older one"
                            .formatted(
                                    hello.versionMin(),
                                    hello.versionMax(),
                                    Protocol.VERSION_MIN,
                                    Protocol.VERSION_MAX));
        }
        this.hello = hello;
        ScramVerifier verifier = logins.verifier(hello.virtualDatabase(), hello.user());
        this.known = verifier != null;
        // Made in both cases, so that an account that exists does not answer sooner.
        ScramVerifier nobody = nobody(secret, hello);
        this.scram = new ScramServer(known ? verifier : nobody);
    }

    private static ScramVerifier nobody(byte[] secret, Request.Hello hello) {
        return ScramVerifier.ofNobody(secret, hello.virtualDatabase() + "\n" + hello.user());
    }

    Request.Hello hello() {
        return hello;
    }

    int version() {
        return Math.min(hello.versionMax(), Protocol.VERSION_MAX);
    }

    Response challenge() throws ProtocolException {
        return new Response.Challenge(scram.serverFirst(hello.user(), hello.scramClientFirst()));
    }

    /**
     * Checks the client's proof.
     *
     * @return the controller's own proof
     * @throws SessionRefusedException with the same words whether the virtual database, the user or
     *     the password is wrong
     */
    String finish(Request.ScramFinal proof) throws ProtocolException, SessionRefusedException {
        String serverFinal = scram.serverFinal(proof.clientFinal());
        if (serverFinal == null) {
            log.info(
                    "Login refused: {} for user '{}' of virtual database '{}'",
                    known ? "wrong password" : "no such account",
                    hello.user(),
                    hello.virtualDatabase());
            throw new SessionRefusedException(
                    SqlState.LOGIN_REFUSED,
                    "Login refused: there is no virtual database '%s' with a user '%s' and this password"
                            .formatted(hello.virtualDatabase(), hello.user()));
        }
        return serverFinal;
    }
}
