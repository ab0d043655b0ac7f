package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Connections that a pool keeps open cost little. */
class IdleSessionsTest {
    private static final int SESSIONS = 200;
    private static final long HEAP_LIMIT_BYTES = 256L << 20;

    @Test
    void twoHundredIdleSessionsLeaveTheControllerSmall() throws Exception {
        TestedDatabase.requireController();
        List<Connection> sessions = new ArrayList<>();
        try (TestedDatabase database =
                TestedDatabase.over(
                        UnaryOperator.identity(), Engine.POSTGRESQL, Engine.POSTGRESQL)) {
            database.execute("CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(100))");
            try {
                for (int id = 0; id < SESSIONS; id++) {
                    sessions.add(database.connect());
                    use(sessions.get(id), id);
                }
                long live = database.controller().liveHeapBytes();
                System.out.println(
                        "Controller heap with "
                                + SESSIONS
                                + " idle sessions: "
                                + (live >> 20)
                                + " MB live");
                assertThat(live).isLessThan(HEAP_LIMIT_BYTES);
                for (int id = 0; id < SESSIONS; id++) {
                    use(sessions.get(id), SESSIONS + id);
                }
            } finally {
                for (Connection session : sessions) {
                    session.close();
                }
            }
            database.assertBackendsEqual();
        }
    }

    /** An idle session of a pool is one that has worked before. */
    private static void use(Connection session, int id) throws SQLException {
        try (PreparedStatement insert =
                session.prepareStatement("INSERT INTO notes VALUES (?, ?)")) {
            insert.setInt(1, id);
            insert.setString(2, "note " + id);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }
}
