package io.lockstep.controller.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ScramClient;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsTest extends ListenerFixture {
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    private KeyStore store;

    @BeforeEach
    void useTls() throws Exception {
        store = newKeyStore();
        ListenerOptions.TlsFiles files =
                new ListenerOptions.TlsFiles(
                        pem("CERTIFICATE", store.getCertificate("lockstep").getEncoded()),
                        pem("PRIVATE KEY", store.getKey("lockstep", STORE_PASSWORD).getEncoded()));
        restart(options -> options.withTls(files));
    }

    private KeyStore newKeyStore()
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = directory.resolve("store.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "lockstep",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-validity",
                                "2",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                new String(STORE_PASSWORD),
                                "-keystore",
                                file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("keytool.log").toFile())
                        .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).isZero();
        KeyStore loaded = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            loaded.load(in, STORE_PASSWORD);
        }
        return loaded;
    }

    private Path pem(String what, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                directory.resolve(what.replace(' ', '-') + ".pem"),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, body, what));
    }

    private TestClient connect() throws IOException, GeneralSecurityException {
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return new TestClient(
                context.getSocketFactory()
                        .createSocket(
                                listener.address().getAddress(), listener.address().getPort()));
    }

    @Test
    void sessionsWorkOverTls() throws Exception {
        sessions.behaviour =
                (fake, request) -> {
                    assertThat(((Request.Metadata) request).arguments().get(0).toString())
                            .hasSize(900_000);
                    fake.answer(request);
                };
        try (TestClient client = connect()) {
            assertThat(client.login("shop", "app", "secret")).isInstanceOf(Response.Welcome.class);
            assertThat(client.call(new Request.Metadata("getTables", List.of("x".repeat(900_000)))))
                    .isInstanceOf(Response.Done.class);
        }
    }

    @Test
    void errorsReachTheClientOverTls() throws Exception {
        try (TestClient client = connect()) {
            Response response = client.login("shop", "app", "wrong");
            assertThat(((Response.Failed) response).error().sqlState()).isEqualTo("08004");
            expectEnd(client);
        }
    }

    @Test
    void aClientThatVanishesWhileItsSessionIsBlockedIsNoticedOverTls() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    blocked.countDown();
                    FakeSessions.block(fake.vanished);
                    fake.fail(SqlState.QUERY_CANCELED);
                };
        try (TestClient client = connect()) {
            client.login("shop", "app", "secret");
            client.send(new Request.Ping());
            awaitLatch(blocked);
        }
        awaitLatch(sessions.only().gone);
    }

    @Test
    void plainConnectionsAreRefused() throws Exception {
        try (TestClient client = new TestClient(listener.address())) {
            client.send(TestClient.hello("shop", "app", new ScramClient("app", "secret")));
            expectFatal(client, SqlState.LOGIN_REFUSED, "tls=require");
        }
    }

    @Test
    void filesThatAreNoCertificateAreSaidClearly() throws Exception {
        Path bad = Files.writeString(directory.resolve("bad.pem"), "nothing");
        assertThatThrownBy(() -> start(o -> o.withTls(new ListenerOptions.TlsFiles(bad, bad))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bad.pem")
                .hasMessageContaining("PKCS #8");
    }
}
