package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.UpdateCounts;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.List;

/**
 * One client write, ready to run on any backend: the same on all of them but for the dialect's
 * text.
 *
 * @param rendering text and parameters per dialect; called once per backend
 * @param batch several parameter rows with one count each, rather than a single execution
 * @param keys generated columns to return
 * @param maxRows limit for returned rows, 0 = none
 * @param form what kind of text it is, as far as running it goes
 */
public record StatementCall(
        Rendering rendering, boolean batch, KeyColumns keys, int maxRows, Form form) {
    /** How a text is run. */
    public enum Form {
        /** One result. */
        PLAIN,
        /** Nobody here has understood it: there may be several results. */
        UNKNOWN,
        /**
         * The same in the shape of a query: what it reads may well differ between databases whose
         * contents are equal, so a difference says nothing against one of them.
         */
        QUERY,
        /** A call of a procedure or function: several results, and OUT parameters. */
        CALL
    }

    /** A text that the classifier has understood and that is no call. */
    public StatementCall(Rendering rendering, boolean batch, KeyColumns keys, int maxRows) {
        this(rendering, batch, keys, maxRows, Form.PLAIN);
    }

    /**
     * How many rows of a batch are handed to a driver at a time, so that it never buffers a whole
     * large batch.
     */
    private static final int BATCH_PORTION = 1000;

    private static final int RESULTS_MAX = 1000;

    /** Text and parameters for one engine. Must give equal values each time. */
    @FunctionalInterface
    public interface Rendering {
        Rendered render(Dialect dialect) throws SQLException;
    }

    /**
     * What one engine gets.
     *
     * @param parameterRows one list of values per execution
     * @param keys generated columns to ask this engine for, so that they can be compared; null if
     *     none but those that the client wants
     */
    public record Rendered(String text, List<? extends List<?>> parameterRows, KeyColumns keys) {
        public Rendered(String text, List<? extends List<?>> parameterRows) {
            this(text, parameterRows, null);
        }
    }

    /** Runs it; blocks. The connection's transaction is the caller's. */
    public StatementResult run(BackendConnection connection) throws SQLException {
        Dialect dialect = connection.backend().dialect();
        if (form != Form.PLAIN) {
            connection.markSessionStateChanged(); // whatever a body may have set there
        }
        Rendered rendered = rendering.render(dialect);
        PreparedStatement statement =
                form == Form.CALL
                        ? connection.prepareCall(rendered.text())
                        : connection.prepare(
                                rendered.text(), rendered.keys() == null ? keys : rendered.keys());
        StatementResult result;
        connection.running(statement);
        FaultPoint.BACKEND_WRITES.reached();
        try {
            if (maxRows > 0) {
                statement.setMaxRows(maxRows);
            }
            boolean compared = rendered.keys() != null;
            result =
                    batch
                            ? runBatch(statement, rendered.parameterRows(), dialect, compared)
                            : runOnce(
                                    statement, rendered.parameterRows().get(0), dialect, compared);
        } catch (SQLException e) {
            connection.running(null);
            if (connection.isCut()) {
                throw cut(connection, e);
            }
            throw e;
        } finally {
            connection.running(null);
            connection.giveBack(statement);
        }
        if (connection.isCut()) {
            throw cut(connection, null);
        }
        FaultPoint.BACKEND_WROTE.reached();
        return result;
    }

    /**
     * What a statement ends with whose connection a cancel has cut, whatever it answered: an
     * exception of class CANCELLED, since the database has nothing to do with it.
     *
     * @param answer its own exception, or null
     */
    public static SQLException cut(BackendConnection connection, SQLException answer) {
        SQLException cut =
                new SQLTimeoutException(
                        "cancelled by cutting the connection to backend "
                                + connection.backend().name(),
                        SqlState.QUERY_CANCELED.code());
        if (answer != null) {
            cut.addSuppressed(answer);
        }
        return cut;
    }

    private StatementResult runOnce(
            PreparedStatement statement, List<?> parameters, Dialect dialect, boolean compared)
            throws SQLException {
        if (statement instanceof CallableStatement call && form == Form.CALL) {
            OutParameters out = OutParameters.of(parameters, dialect);
            out.register(call);
            ParameterBinder.bind(call, out.inputs(), out.returningOnly(), dialect);
            boolean rows = call.execute();
            StatementResult first = result(call, rows, dialect, false);
            return out.read(call, furtherResults(call, first, dialect));
        }
        ParameterBinder.bind(statement, parameters, dialect);
        boolean rows = statement.execute();
        StatementResult first = result(statement, rows, dialect, compared);
        return form == Form.PLAIN ? first : several(furtherResults(statement, first, dialect));
    }

    private static StatementResult several(List<StatementResult> results) {
        return results.size() == 1 ? results.get(0) : new StatementResult.Several(results);
    }

    private StatementResult result(
            PreparedStatement statement, boolean rows, Dialect dialect, boolean compared)
            throws SQLException {
        if (!rows) {
            int count = statement.getUpdateCount();
            return new StatementResult.Count(count, keys(statement, dialect, compared, count));
        }
        try (ResultSet result = statement.getResultSet()) {
            return new StatementResult.Rows(CopiedRows.of(result, dialect));
        }
    }

    private List<StatementResult> furtherResults(
            PreparedStatement statement, StatementResult first, Dialect dialect)
            throws SQLException {
        List<StatementResult> results = new ArrayList<>();
        results.add(first);
        while (true) {
            boolean rows = statement.getMoreResults();
            if (!rows && statement.getUpdateCount() == -1) {
                return List.copyOf(results);
            }
            if (results.size() == RESULTS_MAX) {
                throw new SQLException(
                        "a call gave more than "
                                + RESULTS_MAX
                                + " results, the most that can be held for comparison",
                        SqlState.PROGRAM_LIMIT_EXCEEDED.code());
            }
            results.add(result(statement, rows, dialect, false));
        }
    }

    private StatementResult runBatch(
            PreparedStatement statement,
            List<? extends List<?>> rows,
            Dialect dialect,
            boolean compared)
            throws SQLException {
        if (rows.size() == 1) {
            ParameterBinder.bind(statement, rows.get(0), dialect);
            long count = statement.executeUpdate();
            return new StatementResult.Counts(
                    UpdateCounts.of(count), keys(statement, dialect, compared, count));
        }
        long[] counts = new long[rows.size()];
        List<List<Object>> keyRows = new ArrayList<>();
        CopiedRows portionKeys = null;
        for (int from = 0; from < rows.size(); from += BATCH_PORTION) {
            int to = Math.min(rows.size(), from + BATCH_PORTION);
            for (int i = from; i < to; i++) {
                ParameterBinder.bind(statement, rows.get(i), dialect);
                statement.addBatch();
            }
            int[] portion = statement.executeBatch();
            for (int i = 0; i < portion.length; i++) {
                // pgjdbc's "no count", which the interface does not know
                counts[from + i] = portion[i] == -1 ? StatementResult.NOT_COUNTED : portion[i];
            }
            portionKeys = keys(statement, dialect, false, portion.length);
            if (portionKeys != null) {
                keyRows.addAll(portionKeys.rows());
            }
        }
        return new StatementResult.Counts(
                UpdateCounts.of(counts),
                portionKeys == null ? null : new CopiedRows(portionKeys.description(), keyRows));
    }

    /**
     * What the client wants, or what is compared without it: that of one row only, since not every
     * engine tells the numbers of several.
     */
    private CopiedRows keys(
            PreparedStatement statement, Dialect dialect, boolean compared, long count)
            throws SQLException {
        if (keys instanceof KeyColumns.None && (!compared || count != 1)) {
            return null;
        }
        try (ResultSet generated = statement.getGeneratedKeys()) {
            return CopiedRows.of(generated, dialect);
        }
    }
}
