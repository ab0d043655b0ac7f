package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.driver.wire.Command;
import io.lockstep.driver.wire.Session;
import io.lockstep.protocol.ArrayValue;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowBlock;
import io.lockstep.protocol.RowDescription;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the backends say of themselves, except where the driver itself is meant: its name and
 * version, and what its own statements and results can do.
 */
final class JdbcDatabaseMetaData extends BackendCatalogue implements JdbcWrapper {
    private final JdbcConnection connection;
    private Map<String, Object>
            answers; // of all methods without arguments, fetched at the first question

    JdbcDatabaseMetaData(JdbcConnection connection) {
        this.connection = connection;
    }

    private Session session() {
        return connection.session();
    }

    @Override
    Object answer(String method) throws SQLException {
        session().requireOpen();
        if (answers == null) {
            answers = fetchAnswers();
        }
        if (!answers.containsKey(method)) {
            throw Failures.unsupported("DatabaseMetaData." + method + " of these backends");
        }
        return answers.get(method);
    }

    private Map<String, Object> fetchAnswers() throws SQLException {
        Map<String, Object> fetched = new HashMap<>();
        try (JdbcResultSet rows = result(new Request.MetadataValues())) {
            while (rows.next()) {
                fetched.put(rows.getString(1), rows.value(2));
            }
        }
        return fetched;
    }

    @Override
    ResultSet rows(String method, Object... arguments) throws SQLException {
        List<Object> values = new ArrayList<>(arguments.length);
        for (Object argument : arguments) {
            values.add(toValue(argument));
        }
        return result(new Request.Metadata(method, values));
    }

    private static Object toValue(Object argument) {
        if (argument instanceof String[] texts) {
            return new ArrayValue("VARCHAR", Types.VARCHAR, Arrays.asList((Object[]) texts));
        }
        if (argument instanceof int[] numbers) {
            return new ArrayValue(
                    "INTEGER",
                    Types.INTEGER,
                    new ArrayList<Object>(Arrays.stream(numbers).boxed().toList()));
        }
        return argument;
    }

    private JdbcResultSet result(Request request) throws SQLException {
        Response.Reply reply = session().exchange(Command.of(request)).orThrow(false);
        if (reply instanceof Response.RowsDescribed rows) {
            return new JdbcResultSet(
                    null,
                    new Cursor(
                            session(), rows.rowSet().description(), List.of(rows.rowSet()), 0, 0));
        }
        throw Failures.wrongState(
                "The controller answered " + request.tag() + " with " + reply.tag());
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public String getURL() {
        return session().settings().url();
    }

    @Override
    public String getUserName() {
        return session().settings().user();
    }

    @Override
    public String getDriverName() {
        return LockstepDriver.NAME;
    }

    @Override
    public String getDriverVersion() {
        return DriverVersion.CURRENT.text();
    }

    @Override
    public int getDriverMajorVersion() {
        return DriverVersion.CURRENT.major();
    }

    @Override
    public int getDriverMinorVersion() {
        return DriverVersion.CURRENT.minor();
    }

    @Override
    public int getJDBCMajorVersion() {
        return 4;
    }

    @Override
    public int getJDBCMinorVersion() {
        return 3;
    }

    @Override
    public String getDatabaseProductName() {
        return session().welcome().productName();
    }

    @Override
    public String getDatabaseProductVersion() {
        return session().welcome().productVersion();
    }

    @Override
    public int getDefaultTransactionIsolation() {
        return session().welcome().isolation();
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        return connection.isReadOnly();
    }

    @Override
    public boolean supportsTransactionIsolationLevel(int level) {
        return level == Connection.TRANSACTION_READ_UNCOMMITTED
                || level == Connection.TRANSACTION_READ_COMMITTED
                || level == Connection.TRANSACTION_REPEATABLE_READ
                || level == Connection.TRANSACTION_SERIALIZABLE;
    }

    @Override
    public boolean supportsConvert(int fromType, int toType) throws SQLException {
        return supportsConvert() && fromType == toType;
    }

    @Override
    public boolean supportsResultSetType(int type) {
        return type == ResultSet.TYPE_FORWARD_ONLY;
    }

    @Override
    public boolean supportsResultSetConcurrency(int type, int concurrency) {
        return supportsResultSetType(type) && concurrency == ResultSet.CONCUR_READ_ONLY;
    }

    @Override
    public boolean supportsResultSetHoldability(int holdability) {
        return holdability == ResultSet.CLOSE_CURSORS_AT_COMMIT
                || holdability == ResultSet.HOLD_CURSORS_OVER_COMMIT;
    }

    @Override
    public int getResultSetHoldability() {
        return ResultSet.CLOSE_CURSORS_AT_COMMIT;
    }

    @Override
    public boolean supportsOpenCursorsAcrossCommit() {
        return false;
    }

    @Override
    public boolean supportsOpenCursorsAcrossRollback() {
        return false;
    }

    @Override
    public boolean ownUpdatesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean ownDeletesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean ownInsertsAreVisible(int type) {
        return false;
    }

    @Override
    public boolean othersUpdatesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean othersDeletesAreVisible(int type) {
        return false;
    }

    @Override
    public boolean othersInsertsAreVisible(int type) {
        return false;
    }

    @Override
    public boolean updatesAreDetected(int type) {
        return false;
    }

    @Override
    public boolean deletesAreDetected(int type) {
        return false;
    }

    @Override
    public boolean insertsAreDetected(int type) {
        return false;
    }

    @Override
    public boolean supportsBatchUpdates() {
        return true;
    }

    @Override
    public boolean supportsSavepoints() {
        return true;
    }

    @Override
    public boolean supportsGetGeneratedKeys() {
        return true;
    }

    @Override
    public boolean supportsNamedParameters() {
        return false;
    }

    /** Several results of one statement can be open with KEEP_CURRENT_RESULT. */
    @Override
    public boolean supportsMultipleOpenResults() {
        return true;
    }

    /** Closed prepared statements stay prepared for the next one of the same text. */
    @Override
    public boolean supportsStatementPooling() {
        return true;
    }

    @Override
    public boolean supportsRefCursors() {
        return false;
    }

    @Override
    public boolean supportsSharding() {
        return false;
    }

    /** Large objects are copies in memory. */
    @Override
    public boolean locatorsUpdateCopy() {
        return true;
    }

    @Override
    public RowIdLifetime getRowIdLifetime() {
        return RowIdLifetime.ROWID_UNSUPPORTED;
    }

    @Override
    public ResultSet getClientInfoProperties() {
        String text = String.class.getName();
        RowDescription columns =
                new RowDescription(
                        List.of(
                                ColumnDescription.computed("NAME", Types.VARCHAR, "VARCHAR", text),
                                ColumnDescription.computed(
                                        "MAX_LEN",
                                        Types.INTEGER,
                                        "INTEGER",
                                        Integer.class.getName()),
                                ColumnDescription.computed(
                                        "DEFAULT_VALUE", Types.VARCHAR, "VARCHAR", text),
                                ColumnDescription.computed(
                                        "DESCRIPTION", Types.VARCHAR, "VARCHAR", text)));
        List<Object> row =
                List.of(
                        "ApplicationName",
                        255,
                        "",
                        "The application's name; set with the connection property applicationName");
        return new JdbcResultSet(null, Cursor.of(columns, RowBlock.of(4, List.of(row))));
    }
}
