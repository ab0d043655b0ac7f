package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.OutParameter;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TypedNull;
import java.sql.CallableStatement;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The parameters of one call on one engine, as far as they return something. */
final class OutParameters {
    private final List<?> parameters;
    private final List<Integer> indexes = new ArrayList<>(); // of those that return, from 1
    private final boolean inFirstRow;

    private OutParameters(List<?> parameters, Dialect dialect) {
        this.parameters = parameters;
        // H2 has no OUT parameters of its own: its driver takes them from the columns of the
        // call's result, and loses that result doing so.
        this.inFirstRow = dialect.name().equals("h2");
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i) instanceof OutParameter) {
                indexes.add(i + 1);
            }
        }
    }

    /**
     * @param parameters the call's values, {@link OutParameter} among them
     */
    static OutParameters of(List<?> parameters, Dialect dialect) {
        return new OutParameters(parameters, dialect);
    }

    private OutParameter out(int index) {
        return (OutParameter) parameters.get(index - 1);
    }

    void register(CallableStatement call) throws SQLException {
        if (inFirstRow) {
            return;
        }
        for (int index : indexes) {
            OutParameter parameter = out(index);
            boolean scaled =
                    parameter.scale() >= 0
                            && (parameter.jdbcType() == Types.NUMERIC
                                    || parameter.jdbcType() == Types.DECIMAL);
            if (scaled) {
                call.registerOutParameter(index, parameter.jdbcType(), parameter.scale());
            } else {
                call.registerOutParameter(index, parameter.jdbcType());
            }
        }
    }

    /** What is sent in, in the order of the parameters. */
    List<Object> inputs() {
        List<Object> inputs = new ArrayList<>(parameters.size());
        for (Object value : parameters) {
            inputs.add(
                    value instanceof OutParameter parameter
                            ? parameter.hasInput()
                                    ? parameter.input()
                                    : new TypedNull(parameter.jdbcType())
                            : value);
        }
        return inputs;
    }

    /** Indexes, from 0, of those that return only: most engines refuse an input for them. */
    BitSet returningOnly() {
        BitSet returning = new BitSet();
        for (int index : indexes) {
            if (!inFirstRow && !out(index).hasInput()) {
                returning.set(index - 1);
            }
        }
        return returning;
    }

    /** After the execution, when the other results have been read. */
    StatementResult.Called read(CallableStatement call, List<StatementResult> results)
            throws SQLException {
        if (indexes.isEmpty()) {
            return new StatementResult.Called(results, null);
        }
        List<Object> values = new ArrayList<>(indexes.size());
        if (inFirstRow) {
            List<Object> row = firstRow(results);
            for (int index : indexes) {
                values.add(column(row, index));
            }
            return new StatementResult.Called(
                    List.of(new StatementResult.Count(0, null)), rowOf(values));
        }
        for (int index : indexes) {
            values.add(value(call, index, out(index).jdbcType()));
        }
        return new StatementResult.Called(results, rowOf(values));
    }

    private static List<Object> firstRow(List<StatementResult> results) {
        return results.get(0) instanceof StatementResult.Rows rows && !rows.rows().rows().isEmpty()
                ? rows.rows().rows().get(0)
                : List.of();
    }

    private static Object column(List<Object> row, int index) throws SQLException {
        if (index > row.size()) {
            throw new SQLException(
                    "OUT parameter %d was registered; H2 returns OUT parameters as the columns of the call's result, and it has %d"
                            .formatted(index, row.size()),
                    SqlState.INVALID_PARAMETER.code());
        }
        return row.get(index - 1);
    }

    private static Object value(CallableStatement call, int index, int jdbcType)
            throws SQLException {
        Object value =
                jdbcType == Types.TIMESTAMP_WITH_TIMEZONE
                        ? call.getObject(index, OffsetDateTime.class)
                        : call.getObject(index);
        if (value instanceof AutoCloseable cursor) { // a REF CURSOR's rows
            closeQuietly(cursor);
            throw new SQLFeatureNotSupportedException(
                    "OUT parameter %d is a cursor, which lives in one database connection only. Return the rows as a result of the call instead (RETURNS TABLE, SETOF)"
                            .formatted(index),
                    SqlState.OPTIONAL_FEATURE.code());
        }
        return ColumnReader.travelling(value);
    }

    private static void closeQuietly(AutoCloseable cursor) throws SQLException {
        try {
            cursor.close();
        } catch (SQLException e) {
            throw e;
        } catch (Exception e) {
            throw new SQLException("a cursor could not be closed: " + e.getMessage(), e);
        }
    }

    private CopiedRows rowOf(List<Object> values) {
        List<ColumnDescription> columns = new ArrayList<>(values.size());
        for (int index : indexes) {
            int type = out(index).jdbcType();
            columns.add(
                    ColumnDescription.computed(
                            "p" + index, type, nameOf(type), "java.lang.Object"));
        }
        return new CopiedRows(new RowDescription(columns), List.of(values));
    }

    private static String nameOf(int jdbcType) {
        return Arrays.stream(JDBCType.values())
                .filter(type -> type.getVendorTypeNumber() == jdbcType)
                .map(JDBCType::getName)
                .findFirst()
                .orElse("OTHER");
    }
}
