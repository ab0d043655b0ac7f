package io.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class ScramTest {
    private static final String USER = "app";

    @Test
    void agreesWithTheExampleOfRfc7677() throws Exception {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        ScramClient client = new ScramClient("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
        ScramServer server =
                new ScramServer(ScramVerifier.of("pencil", salt), "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

        assertThat(client.clientFirst()).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        String serverFirst = server.serverFirst("user", client.clientFirst());
        assertThat(serverFirst)
                .isEqualTo(
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        String clientFinal = client.clientFinal(serverFirst);
        assertThat(clientFinal).endsWith(",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        String serverFinal = server.serverFinal(clientFinal);
        assertThat(serverFinal).isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        client.verifyServer(serverFinal);
    }

    @Test
    void aWrongPasswordIsRefused() throws Exception {
        assertThat(login("app", "wrong", ScramVerifier.of("right"))).isNull();
        assertThat(login("app", "", ScramVerifier.of("right"))).isNull();
    }

    @Test
    void anEmptyPasswordAndOddNamesWork() throws Exception {
        assertThat(login("a,b=c", "", ScramVerifier.of(""))).isNotNull();
        assertThat(login("größe", "päss\u00ADwörd", ScramVerifier.of("päss\u00ADwörd")))
                .isNotNull();
    }

    @Test
    void nobodyCanLogInAsNobodyAndTheSaltStaysTheSame() throws Exception {
        byte[] secret = ScramVerifier.newSecret();
        ScramVerifier nobody = ScramVerifier.ofNobody(secret, "shop/nobody");
        assertThat(login("nobody", "x", nobody)).isNull();
        assertThat(nobody.serverFirst("n"))
                .isEqualTo(ScramVerifier.ofNobody(secret, "shop/nobody").serverFirst("n"))
                .isNotEqualTo(ScramVerifier.ofNobody(secret, "shop/other").serverFirst("n"));
    }

    @Test
    void aServerThatDoesNotKnowTheUserIsNotBelieved() throws Exception {
        ScramClient client = new ScramClient(USER, "p");
        ScramServer server = new ScramServer(ScramVerifier.of("q"));
        client.clientFinal(server.serverFirst(USER, client.clientFirst()));
        assertThatThrownBy(
                        () ->
                                client.verifyServer(
                                        "v=" + Base64.getEncoder().encodeToString(new byte[32])))
                .isInstanceOf(ProtocolException.class);
        assertThatThrownBy(() -> client.verifyServer("")).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aNonceOfAnotherLoginIsRefusedOnBothSides() throws Exception {
        ScramClient client = new ScramClient(USER, "p");
        assertThatThrownBy(() -> client.clientFinal("r=elsewhere,s=AAAA,i=4096"))
                .hasMessageContaining("nonce");
        ScramServer server = new ScramServer(ScramVerifier.of("p"));
        server.serverFirst(USER, client.clientFirst());
        assertThatThrownBy(() -> server.serverFinal("c=biws,r=elsewhere,p=AAAA"))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void iterationCountsThatAreTooLowOrTooHighAreRefused() {
        ScramClient client = new ScramClient(USER, "p", "abc");
        for (String count : new String[] {"1", "4095", "2000000", "x", "-5", ""}) {
            assertThatThrownBy(() -> client.clientFinal("r=abcdef,s=AAAA,i=" + count))
                    .as(count)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void malformedMessagesAreProtocolErrors() throws Exception {
        for (String first :
                new String[] {
                    "", "n", "y,,n=app,r=x", "n,,", "n,,n=app", "n,,n=other,r=x", "n,,n=app,r="
                }) {
            assertThatThrownBy(
                            () -> new ScramServer(ScramVerifier.of("p")).serverFirst(USER, first))
                    .as(first)
                    .isInstanceOf(ProtocolException.class);
        }
        for (String last :
                new String[] {
                    "", "c=biws", "c=biws,p=AAAA", "p=,c=,r=", "c=biws,r=%s", "c=biws,r=%s,p=!"
                }) {
            ScramServer server = new ScramServer(ScramVerifier.of("p"), "s");
            server.serverFirst(USER, "n,,n=app,r=c");
            assertThatThrownBy(() -> server.serverFinal(last.formatted("cs")))
                    .as(last)
                    .isInstanceOf(ProtocolException.class);
        }
    }

    @Test
    void aVerifierPrintsNothing() {
        assertThat(ScramVerifier.of("secret").toString()).isEqualTo("ScramVerifier[REDACTED]");
    }

    private static String login(String user, String password, ScramVerifier verifier)
            throws ProtocolException {
        ScramClient client = new ScramClient(user, password);
        ScramServer server = new ScramServer(verifier);
        String serverFinal =
                server.serverFinal(
                        client.clientFinal(server.serverFirst(user, client.clientFirst())));
        if (serverFinal != null) {
            client.verifyServer(serverFinal);
        }
        return serverFinal;
    }
}
