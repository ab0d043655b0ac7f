package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.driver.wire.Answer;
import io.lockstep.driver.wire.Command;
import io.lockstep.driver.wire.RequestOutput;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import java.io.IOException;
import java.sql.ParameterMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A statement with parameters. It is prepared at the controller together with its first execution,
 * in the same round trip; an error in its text therefore shows at that execution.
 */
class JdbcPreparedStatement extends ParameterSetters {
    private final StatementCache cache;
    private final ServerStatement statement;
    private final List<List<Object>> batch = new ArrayList<>();

    JdbcPreparedStatement(
            JdbcConnection connection, String sql, GeneratedKeys generatedKeys, int holdability) {
        super(connection, holdability);
        this.cache = connection.statementCache();
        this.statement = cache.take(sql, generatedKeys);
    }

    /** The SQL text as given. */
    final String sql() {
        return statement.sql();
    }

    private StatementResults run(int expectation) throws SQLException {
        requireNoBatchPending();
        return run(expectation, parameters().view());
    }

    /** Executes with these values, whatever was set. */
    final StatementResults run(int expectation, List<Object> values) throws SQLException {
        requireOpen();
        Answer answer =
                exchangePreparing(
                        newId ->
                                new Executions.Prepared(
                                        statement, newId, options(expectation), values));
        StatementResults results = keep(answer, statement.columns());
        statement.setColumns(results.description());
        return results;
    }

    @FunctionalInterface
    private interface PreparingCommand {
        Command withId(int newId);
    }

    /**
     * Sends a command that prepares the statement first if it is not prepared, and remembers how
     * that went.
     */
    private Answer exchangePreparing(PreparingCommand preparing) throws SQLException {
        boolean first = !statement.isPrepared();
        int id = first ? cache.newId() : statement.id();
        boolean succeeded = false;
        try {
            Answer answer = exchange(preparing.withId(id));
            succeeded = answer.failure() == null;
            return answer;
        } finally {
            if (first) {
                settlePreparation(id, succeeded);
            }
        }
    }

    /**
     * After a failure nobody knows whether the text was prepared; the next execution starts over.
     */
    private void settlePreparation(int id, boolean succeeded) {
        statement.setPrepared(succeeded);
        if (!succeeded && session().isOpen()) {
            session().closeLater(new Request.CloseStatement(id));
        }
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        return rowsOf(run(ExecuteOptions.ROWS_EXPECTED));
    }

    @Override
    public int executeUpdate() throws SQLException {
        return toInt(executeLargeUpdate());
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        return countOf(run(ExecuteOptions.COUNT_EXPECTED));
    }

    @Override
    public boolean execute() throws SQLException {
        return run(0).rows() != null;
    }

    @Override
    public void addBatch() throws SQLException {
        requireOpen();
        List<Object> row = parameters().snapshot();
        if (!batch.isEmpty() && batch.get(0).size() != row.size()) {
            throw Failures.invalidArgument(
                    row.size()
                            + " parameters set, but "
                            + batch.get(0).size()
                            + " in the batch's first entry");
        }
        batch.add(row);
    }

    @Override
    public void clearBatch() throws SQLException {
        requireOpen();
        batch.clear();
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        requireOpen();
        if (batch.isEmpty()) {
            return new long[0];
        }
        List<List<Object>> rows = new ArrayList<>(batch);
        batch.clear();
        return batchCounts(
                exchangePreparing(
                        newId ->
                                new Executions.PreparedBatch(
                                        statement, newId, queryTimeoutMillis(), rows)));
    }

    private void requireNoBatchPending() throws SQLException {
        if (!batch.isEmpty()) {
            throw Failures.wrongOrder(
                    "A batch of "
                            + batch.size()
                            + " entries waits; call executeBatch or clearBatch first");
        }
    }

    /**
     * The columns the result will have, null if there will be none or the backend cannot say
     * before.
     */
    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        requireOpen();
        Response.Description description = describe();
        return description.columns() == null
                ? null
                : new JdbcResultSetMetaData(description.columns());
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        requireOpen();
        return new JdbcParameterMetaData(describe().parameters());
    }

    private Response.Description describe() throws SQLException {
        if (statement.description() == null) {
            boolean first = !statement.isPrepared();
            int id = first ? cache.newId() : statement.id();
            boolean succeeded = false;
            try {
                Response.Reply reply = session().exchange(new Describe(id)).orThrow(false);
                if (!(reply instanceof Response.Description description)) {
                    throw Failures.wrongState(
                            "The controller answered DESCRIBE with " + reply.tag());
                }
                statement.setDescription(description);
                succeeded = true;
            } finally {
                if (first) {
                    settlePreparation(id, succeeded);
                }
            }
        }
        return statement.description();
    }

    private final class Describe implements Command {
        private final int id;

        Describe(int id) {
            this.id = id;
        }

        @Override
        public void writeTo(RequestOutput out, int number) throws IOException {
            if (!statement.isPrepared()) {
                statement.prepareAs(id).writeTo(out.values());
            }
            new Request.Describe(id).writeTo(out.values());
        }

        @Override
        public Effect effect() {
            return Effect.NONE;
        }
    }

    @Override
    void released() {
        batch.clear();
        if (session().isOpen()) {
            cache.giveBack(statement);
        }
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        throw textOfItsOwn("executeQuery");
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        throw textOfItsOwn("executeUpdate");
    }

    @Override
    public long executeLargeUpdate(String sql, int autoGeneratedKeys) throws SQLException {
        throw textOfItsOwn("executeUpdate");
    }

    @Override
    public long executeLargeUpdate(String sql, int[] columnIndexes) throws SQLException {
        throw textOfItsOwn("executeUpdate");
    }

    @Override
    public long executeLargeUpdate(String sql, String[] columnNames) throws SQLException {
        throw textOfItsOwn("executeUpdate");
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        throw textOfItsOwn("execute");
    }

    @Override
    public boolean execute(String sql, int autoGeneratedKeys) throws SQLException {
        throw textOfItsOwn("execute");
    }

    @Override
    public boolean execute(String sql, int[] columnIndexes) throws SQLException {
        throw textOfItsOwn("execute");
    }

    @Override
    public boolean execute(String sql, String[] columnNames) throws SQLException {
        throw textOfItsOwn("execute");
    }

    @Override
    public void addBatch(String sql) throws SQLException {
        throw textOfItsOwn("addBatch");
    }

    private static SQLException textOfItsOwn(String method) {
        return Failures.wrongOrder(
                "A prepared statement has its SQL text already: call "
                        + method
                        + "() without one, or use a Statement");
    }

    @Override
    public String toString() {
        return Arrays.asList(getClass().getSimpleName(), sql()).toString();
    }
}
