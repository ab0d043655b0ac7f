package io.lockstep.tests.divergence.workload;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client: a connection, dice, and what its statements have in common. Whether a statement is
 * prepared, with parameters, or sent as a text with constants is left to chance.
 *
 * <p>Belongs to one thread, except {@link #cancel}, {@link #commits} and {@link #queryTimeout}.
 */
public final class ClientSession implements AutoCloseable {
    /** One transaction out of so many is rolled back by its client. */
    private static final int ROLLBACKS = 10;

    private final Connection connection;
    private final Random random;
    private volatile Statement running;
    private final AtomicLong commits = new AtomicLong();
    private volatile int queryTimeoutSeconds;

    public ClientSession(Connection connection, Random random) {
        this.connection = connection;
        this.random = random;
    }

    public Random random() {
        return random;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /** True once in {@code times}. */
    boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    public long commits() {
        return commits.get();
    }

    /** For all statements from now on; 0 = none. */
    public void queryTimeout(int seconds) {
        queryTimeoutSeconds = seconds;
    }

    /** Cancels what runs at the moment, if anything does. From any thread. */
    public void cancel() throws SQLException {
        Statement now = running;
        try {
            if (now != null) {
                now.cancel();
            }
        } catch (SQLException e) {
            if (!now.isClosed()) { // it has ended meanwhile
                throw e;
            }
        }
    }

    public boolean isValid() {
        try {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Back to auto-commit at READ COMMITTED with nothing open. */
    public void reset() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        if (connection.getTransactionIsolation() != Connection.TRANSACTION_READ_COMMITTED) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void begin(int isolation) throws SQLException {
        connection.setTransactionIsolation(isolation);
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.commit();
        committed();
        connection.setAutoCommit(true);
    }

    void rollback() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    /** Commits and enters the effect; or, now and then, rolls back. */
    void finish(Ledger ledger, long effect) throws SQLException {
        if (onceIn(ROLLBACKS)) {
            rollback();
        } else {
            ledger.enter(effect, this::commit);
        }
    }

    Savepoint savepoint() throws SQLException {
        return connection.setSavepoint();
    }

    void rollback(Savepoint savepoint) throws SQLException {
        connection.rollback(savepoint);
    }

    void release(Savepoint savepoint) throws SQLException {
        connection.releaseSavepoint(savepoint);
    }

    private void committed() {
        commits.incrementAndGet();
    }

    private void committedIfAuto() throws SQLException {
        if (connection.getAutoCommit()) {
            committed();
        }
    }

    /** Runs a statement that changes rows; parameters are numbers, texts or null. */
    int update(String sql, Object... parameters) throws SQLException {
        int count;
        if (random.nextBoolean()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, parameters);
                count = run(statement, statement::executeUpdate);
            }
        } else {
            String text = withConstants(sql, parameters);
            try (Statement statement = connection.createStatement()) {
                count = run(statement, () -> statement.executeUpdate(text));
            }
        }
        committedIfAuto();
        return count;
    }

    /** One execution for each row of parameters, in one batch. */
    int[] batch(String sql, List<Object[]> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Object[] row : rows) {
                bind(statement, row);
                statement.addBatch();
            }
            int[] counts = run(statement, statement::executeBatch);
            committedIfAuto();
            return counts;
        }
    }

    /** A statement whose kind of answer is not known beforehand; its rows are read to the end. */
    void execute(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            if (run(statement, statement::execute)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        rows.getObject(1);
                    }
                }
            }
        }
        committedIfAuto();
    }

    /** The first column of all rows; NULLs count as 0. */
    List<Long> numbers(String sql, Object... parameters) throws SQLException {
        List<Long> all = new ArrayList<>();
        if (random.nextBoolean()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, parameters);
                collect(run(statement, statement::executeQuery), all);
            }
        } else {
            String text = withConstants(sql, parameters);
            try (Statement statement = connection.createStatement()) {
                collect(run(statement, () -> statement.executeQuery(text)), all);
            }
        }
        return all;
    }

    private static void collect(ResultSet result, List<Long> all) throws SQLException {
        try (ResultSet rows = result) {
            while (rows.next()) {
                all.add(rows.getLong(1));
            }
        }
    }

    OptionalLong number(String sql, Object... parameters) throws SQLException {
        return numbers(sql, parameters).stream().mapToLong(Long::longValue).findFirst();
    }

    /** Inserts into a table whose first column the database numbers; the numbers, in order. */
    List<Long> insertNumbered(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            bind(statement, parameters);
            run(statement, statement::executeUpdate);
            committedIfAuto();
            List<Long> keys = new ArrayList<>();
            collect(statement.getGeneratedKeys(), keys);
            return keys;
        }
    }

    private interface Execution<T> {
        T run() throws SQLException;
    }

    private <T> T run(Statement statement, Execution<T> execution) throws SQLException {
        if (queryTimeoutSeconds > 0) {
            statement.setQueryTimeout(queryTimeoutSeconds);
        }
        running = statement;
        try {
            return execution.run();
        } finally {
            running = null;
        }
    }

    private static void bind(PreparedStatement statement, Object... parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof Long number) {
                statement.setLong(i + 1, number);
            } else if (parameters[i] instanceof Integer number) {
                statement.setInt(i + 1, number);
            } else {
                statement.setString(i + 1, (String) parameters[i]);
            }
        }
    }

    private static String withConstants(String sql, Object... parameters) {
        StringBuilder text = new StringBuilder();
        int next = 0;
        for (int i = 0; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (c == '?') {
                Object value = parameters[next++];
                text.append(value instanceof String ? "'" + value + "'" : value);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** Whether a constraint was violated, as it must be now and then where sessions race. */
    static boolean violates(SQLException e) {
        for (SQLException each = e; each != null; each = each.getNextException()) {
            if (each.getSQLState() != null && each.getSQLState().startsWith("23")) {
                return true; // in a batch Derby says only next to it what was wrong
            }
        }
        return false;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
