package io.lockstep.tests.oracle;

import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import io.lockstep.tests.oracle.Matrix.Position;
import io.lockstep.tests.oracle.Matrix.Spelling;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Tries one value in one place after the other, on connections kept open. */
final class MatrixCell implements AutoCloseable {
    private static final String REFUSED = "0ALS1";

    private final Connection client;
    private final List<Connection> direct = new ArrayList<>();
    private final Engine engine;
    private final List<String> wrong;

    /** {@code wrong}: where to put what must not be. */
    MatrixCell(TestedDatabase database, Engine engine, List<String> wrong) throws SQLException {
        this.engine = engine;
        this.wrong = wrong;
        this.client = database.connect();
        for (Database backend : database.backends()) {
            direct.add(backend.connect());
        }
        for (String sql : Matrix.schema(engine)) {
            execute(client, sql);
        }
    }

    /** {@code =} equal, {@code R} refused, {@code -} not valid on this engine, else wrong. */
    char outcome(Spelling spelling, Position position) throws SQLException {
        reset();
        List<String> statements = position.statements(spelling, engine);
        try {
            run(client, position, statements);
        } catch (SQLException e) {
            return failed(e, statements, position);
        }
        List<String> differences =
                TableContents.of(direct.get(0)).differences(TableContents.of(direct.get(1)));
        dropOwnTable(client);
        if (!differences.isEmpty()) {
            wrong.add(String.join(" ; ", statements) + "\n" + String.join("\n", differences));
            return '!';
        }
        return '=';
    }

    private char failed(SQLException e, List<String> statements, Position position)
            throws SQLException {
        dropOwnTable(client);
        if (REFUSED.equals(e.getSQLState())) {
            if (e.getMessage().split("\\. ", -1).length < 2) {
                wrong.add("does not say what to write instead: " + e.getMessage());
            }
            return 'R';
        }
        try {
            run(direct.get(0), position, statements);
        } catch (SQLException notValid) {
            return '-';
        } finally {
            dropOwnTable(direct.get(0));
        }
        wrong.add("valid on the database itself, but " + e + ": " + String.join(" ; ", statements));
        return '!';
    }

    /** Past Lockstep: whatever the last one did to them. */
    private void reset() throws SQLException {
        for (Connection connection : direct) {
            connection.setAutoCommit(false);
            for (String sql : Matrix.RESET) {
                execute(connection, sql);
            }
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    private static void run(Connection connection, Position position, List<String> statements)
            throws SQLException {
        for (String sql : statements) {
            if (position.rows() > 0) {
                prepared(connection, sql, position.rows());
            } else {
                execute(connection, sql);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void prepared(Connection connection, String sql, int rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 1; i <= rows; i++) {
                statement.setInt(1, 200 + i);
                if (rows > 1) {
                    statement.addBatch();
                }
            }
            if (rows > 1) {
                statement.executeBatch();
            } else {
                statement.executeUpdate();
            }
        }
    }

    /** Drops table {@code d} over {@code through} if the first database has it. */
    private void dropOwnTable(Connection through) throws SQLException {
        if (Matrix.hasOwnTable(direct.get(0))) {
            execute(through, "DROP TABLE d");
        }
    }

    @Override
    public void close() throws SQLException {
        client.close();
        for (Connection connection : direct) {
            connection.close();
        }
    }
}
