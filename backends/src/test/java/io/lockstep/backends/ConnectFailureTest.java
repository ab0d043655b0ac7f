package io.lockstep.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a failed connect says, on every driver. */
class ConnectFailureTest {
    private static final String POSTGRESQL = "jdbc:postgresql://127.0.0.1:%d/db";
    private static final String MARIADB = "jdbc:mariadb://127.0.0.1:%d/db";
    private static final String H2 = "jdbc:h2:tcp://127.0.0.1:%d/./db;WRITE_DELAY=0";
    private static final String DERBY = "jdbc:derby://127.0.0.1:%d/db";

    /** For a database that answers, also on a busy machine. */
    private static final Duration ENOUGH = Duration.ofSeconds(60);

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {POSTGRESQL, MARIADB, H2, DERBY})
    void refusedPortIsUnreachable(String url) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(failure(url.formatted(port))).isEqualTo(ConnectFailure.UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {POSTGRESQL, MARIADB, H2, DERBY})
    void silentServerHasNotAnsweredYet(String url) throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(failure(url.formatted(silent.getLocalPort()), Duration.ofSeconds(1)))
                    .isEqualTo(ConnectFailure.NO_ANSWER_YET);
        }
    }

    @Test
    void wrongPasswordAndMissingDatabaseTurnUsAway() throws SQLException {
        String h2 = "jdbc:h2:file:" + directory.resolve("h2") + ";WRITE_DELAY=0";
        try (Backend right = open(h2, "right", ENOUGH)) {
            right.readCatalogue();
        }
        assertThat(failure(h2)).isEqualTo(ConnectFailure.TURNED_AWAY);
        assertThat(failure("jdbc:h2:file:" + directory.resolve("none") + ";IFEXISTS=TRUE"))
                .isEqualTo(ConnectFailure.TURNED_AWAY);
        assertThat(failure("jdbc:derby:" + directory.resolve("nowhere")))
                .isEqualTo(ConnectFailure.TURNED_AWAY);
    }

    private static ConnectFailure failure(String url) {
        return failure(url, ENOUGH);
    }

    private static ConnectFailure failure(String url, Duration connectTimeout) {
        try (Backend backend = open(url, "wrong", connectTimeout)) {
            SQLException failure = assertThrows(SQLException.class, backend::readCatalogue);
            return ConnectFailure.of(backend, failure);
        }
    }

    private static Backend open(String url, String password, Duration connectTimeout) {
        return Backends.open(
                new BackendSettings(
                        "a", url, "sa", password, 1, 2, connectTimeout, Duration.ofSeconds(1)),
                ConnectFailureTest.class.getClassLoader());
    }
}
