package io.lockstep.backends.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.h2.engine.SessionRemote;
import org.h2.jdbc.JdbcConnection;
import org.h2.tools.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class H2ControlTest {
    private Server server;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        connection =
                DriverManager.getConnection(
                        "jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/mem:cut", "sa", "");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        server.stop();
    }

    @Test
    void aCutConnectionAnswersNothingAnyMore() {
        H2Control.INSTANCE.cut(connection);
        assertThatThrownBy(() -> connection.createStatement().execute("SELECT 1"))
                .isInstanceOf(SQLException.class);
    }

    /** Between the two the session has no sockets any more, and the connection still a session. */
    @Test
    void aConnectionThatItsOwnThreadIsJustClosingCanBeCut() throws SQLException {
        SessionRemote session =
                (SessionRemote) connection.unwrap(JdbcConnection.class).getSession();
        session.close();
        assertThat(session.isClosed()).isTrue();
        assertThatCode(() -> H2Control.INSTANCE.cut(connection)).doesNotThrowAnyException();
    }
}
