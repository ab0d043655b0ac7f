package io.lockstep.controller.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A listener on a free port with fake sessions behind it. */
abstract class ListenerFixture {
    @TempDir Path directory;

    final FakeSessions sessions = new FakeSessions();
    Listener listener;

    @BeforeEach
    void startListener() throws IOException {
        listener = start(UnaryOperator.identity());
    }

    Listener start(UnaryOperator<ListenerOptions> change) throws IOException {
        ListenerOptions options =
                ListenerOptions.of(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        directory.resolve("spill"),
                        "0.1-test",
                        7);
        Logins logins =
                Logins.of(
                        Map.of(TestClient.DATABASE, Map.of(TestClient.USER, TestClient.PASSWORD)));
        return Listener.start(change.apply(options), logins, sessions);
    }

    void restart(UnaryOperator<ListenerOptions> change) throws IOException {
        listener.close(Duration.ZERO);
        listener = start(change);
    }

    @AfterEach
    void closeListener() {
        listener.close(Duration.ZERO);
    }

    static void expectFatal(TestClient client, SqlState state, String message) throws IOException {
        assertThat(client.receive())
                .isInstanceOfSatisfying(
                        Response.Failed.class,
                        failed -> {
                            assertThat(failed.error().sqlState()).isEqualTo(state.code());
                            assertThat(failed.error().message()).contains(message);
                            assertThat(failed.fatal()).isTrue();
                        });
        expectEnd(client);
    }

    static void expectEnd(TestClient client) throws IOException {
        assertThatThrownBy(client::receive).isInstanceOf(EOFException.class);
    }

    static void awaitLatch(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
