package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.CopiedRows;
import io.lockstep.controller.execution.ResultColumns;
import io.lockstep.controller.sql.DecidedValues;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.protocol.ArrayValue;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.ParameterDescription;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.TypedNull;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * DatabaseMetaData, answered by a backend's driver: it knows best what its database is. Only
 * methods of that interface can be called, by name, and only those that return rows or plain
 * values.
 */
public final class Metadata {
    private final VirtualDatabase database;

    Metadata(VirtualDatabase database) {
        this.database = database;
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(DatabaseMetaData metaData, BackendConnection connection) throws SQLException;
    }

    /** Asks the first backend in service that can answer. Blocks. */
    private <T> T ask(Question<T> question) throws SQLException {
        SQLException failure = null;
        for (BackendHandle handle : database.backends().inService()) {
            database.readSlots().begin(handle, database.lockTimeout());
            BackendConnection connection = null;
            try {
                connection = database.backends().borrow(handle, database.lockTimeout());
                if (connection != null) {
                    return question.ask(connection.jdbc().getMetaData(), connection);
                }
            } catch (SQLException e) {
                failure = e;
                if (handle.backend().dialect().classify(e) != FailureClass.CONNECTION) {
                    throw e;
                }
                database.backends().connectionLost(handle, e);
            } finally {
                if (connection != null) {
                    connection.release();
                }
                database.readSlots().end(handle);
            }
        }
        throw failure != null
                ? failure
                : new SQLException(
                        "no backend of " + database.name() + " is enabled",
                        SqlState.NO_BACKEND.code());
    }

    /**
     * Calls a method that returns rows.
     *
     * @throws SQLException 0A000 if there is no such method, or the backend's own error
     */
    public CopiedRows rows(String methodName, List<Object> arguments) throws SQLException {
        Method method = find(methodName, arguments.size());
        return ask(
                (metaData, connection) -> {
                    Object[] values = convert(method, arguments);
                    try (ResultSet result = (ResultSet) invoke(method, metaData, values)) {
                        return withoutOwn(
                                CopiedRows.of(result, connection.backend().dialect()),
                                metaData.supportsSchemasInTableDefinitions() ? "_SCHEM" : "_CAT",
                                connection.backend().settings().markerSchema());
                    }
                });
    }

    /**
     * Leaves out what is about Lockstep's own tables.
     *
     * @param place how the columns' names end that say where something is
     */
    private static CopiedRows withoutOwn(CopiedRows all, String place, String ownSchema) {
        List<ColumnDescription> columns = all.description().columns();
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).label().toUpperCase(Locale.ROOT).endsWith(place)) {
                places.add(i);
            }
        }
        List<List<Object>> rows = new ArrayList<>();
        for (List<Object> row : all.rows()) {
            boolean own =
                    places.stream()
                            .anyMatch(i -> ownSchema.equalsIgnoreCase(String.valueOf(row.get(i))));
            if (!own) {
                rows.add(row);
            }
        }
        return new CopiedRows(all.description(), rows);
    }

    private static Method find(String name, int argumentCount) throws SQLException {
        for (Method method : DatabaseMetaData.class.getMethods()) {
            if (method.getName().equals(name)
                    && method.getParameterCount() == argumentCount
                    && method.getReturnType() == ResultSet.class) {
                return method;
            }
        }
        throw new SQLException(
                "DatabaseMetaData has no method "
                        + name
                        + " with "
                        + argumentCount
                        + " arguments that returns rows",
                SqlState.FEATURE_NOT_SUPPORTED.code());
    }

    private static Object[] convert(Method method, List<Object> arguments) throws SQLException {
        Class<?>[] types = method.getParameterTypes();
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            Object value = arguments.get(i);
            if (value == null || value instanceof TypedNull) {
                values[i] = null;
            } else if (types[i] == String[].class && value instanceof ArrayValue array) {
                values[i] = array.elements().toArray(new String[0]);
            } else if (types[i] == int[].class && value instanceof ArrayValue array) {
                values[i] = array.elements().stream().mapToInt(e -> (Integer) e).toArray();
            } else if ((types[i] == String.class && value instanceof String)
                    || (types[i] == boolean.class && value instanceof Boolean)
                    || (types[i] == int.class && value instanceof Integer)) {
                values[i] = value;
            } else {
                throw new SQLException(
                        "argument %d of %s has the wrong type".formatted(i + 1, method.getName()),
                        SqlState.INVALID_PARAMETER.code());
            }
        }
        return values;
    }

    private static Object invoke(Method method, DatabaseMetaData metaData, Object... values)
            throws SQLException {
        try {
            return method.invoke(metaData, values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new SQLException(
                    "the backend's driver failed in " + method.getName(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new SQLException("the backend's driver does not allow " + method.getName(), e);
        }
    }

    /** All methods without arguments that return a plain value, as rows (NAME, VALUE as text). */
    public CopiedRows values() throws SQLException {
        return ask(
                (metaData, connection) -> {
                    List<List<Object>> rows = new ArrayList<>();
                    for (Method method : DatabaseMetaData.class.getMethods()) {
                        if (method.getParameterCount() == 0 && isPlain(method.getReturnType())) {
                            addValue(rows, method, metaData);
                        }
                    }
                    return new CopiedRows(
                            new RowDescription(
                                    List.of(
                                            ColumnDescription.computed(
                                                    "NAME",
                                                    Types.VARCHAR,
                                                    "VARCHAR",
                                                    "java.lang.String"),
                                            ColumnDescription.computed(
                                                    "VALUE",
                                                    Types.OTHER,
                                                    "OTHER",
                                                    "java.lang.Object"))),
                            rows);
                });
    }

    /**
     * Parameters and columns of a statement that is not run.
     *
     * @param status goes into the answer
     */
    public Response.Description describe(String sql, TransactionStatus status) throws SQLException {
        StatementClass what = database.classifier().classify(sql);
        return ask(
                (metaData, connection) -> {
                    PreparedStatement statement =
                            what.isCall()
                                    ? connection.prepareCall(callText(what, connection))
                                    : connection.prepare(sql, BackendConnection.KeyColumns.NONE);
                    try {
                        ResultSetMetaData columns = statement.getMetaData();
                        return new Response.Description(
                                status,
                                parameters(statement.getParameterMetaData()),
                                columns == null || columns.getColumnCount() == 0
                                        ? null
                                        : ResultColumns.of(columns, connection.backend().dialect())
                                                .description());
                    } finally {
                        connection.giveBack(statement);
                    }
                });
    }

    private static String callText(StatementClass what, BackendConnection connection) {
        Instant now = Instant.now();
        return what.forward(
                        connection.backend().dialect(),
                        Collections.nCopies(what.parameterCount(), null),
                        new DecidedValues(now, now, ZoneId.systemDefault()))
                .text();
    }

    private static List<ParameterDescription> parameters(ParameterMetaData metaData)
            throws SQLException {
        List<ParameterDescription> parameters = new ArrayList<>();
        for (int i = 1; i <= metaData.getParameterCount(); i++) {
            parameters.add(
                    new ParameterDescription(
                            metaData.getParameterType(i),
                            String.valueOf(metaData.getParameterTypeName(i)),
                            String.valueOf(metaData.getParameterClassName(i)),
                            metaData.getPrecision(i),
                            metaData.getScale(i),
                            metaData.isNullable(i),
                            metaData.getParameterMode(i),
                            metaData.isSigned(i)));
        }
        return parameters;
    }

    private static boolean isPlain(Class<?> type) {
        return type == boolean.class
                || type == int.class
                || type == long.class
                || type == String.class;
    }

    /** What a driver does not know is left out rather than failing the rest. */
    private static void addValue(
            List<List<Object>> rows, Method method, DatabaseMetaData metaData) {
        Object value;
        try {
            value = invoke(method, metaData);
        } catch (SQLException unknownToThisDriver) {
            return;
        }
        List<Object> row = new ArrayList<>(2);
        row.add(method.getName());
        row.add(value);
        rows.add(row);
    }
}
