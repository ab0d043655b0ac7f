package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.controller.execution.CopiedRows;
import io.lockstep.controller.sql.Numbering;
import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.RowDescription;
import java.math.BigDecimal;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The answer to getGeneratedKeys where the controller gave the numbers out: no database is asked
 * then, and some could not tell, since for them these are values like any other.
 *
 * @param keys the columns in the order wanted
 * @param names as the client wrote them
 */
record GeneratedNumbers(List<Numbering.Key> keys, List<String> names) {

    /**
     * What the client wants to know, if the controller knows it.
     *
     * @param engines of the backends
     */
    static Optional<GeneratedNumbers> wanted(
            KeyColumns wanted, List<Numbering.Key> known, Collection<String> engines) {
        if (known.isEmpty() || wanted instanceof KeyColumns.None) {
            return Optional.empty();
        }
        boolean othersTell =
                engines.size() == 1 && (engines.contains("postgresql") || engines.contains("h2"));
        if (wanted instanceof KeyColumns.Named named) {
            List<Numbering.Key> keys = new ArrayList<>();
            for (String name : named.columns()) {
                String plain = name.replace("\"", "").replace("`", "");
                known.stream()
                        .filter(key -> key.column().equalsIgnoreCase(plain))
                        .findFirst()
                        .ifPresent(keys::add);
            }
            if (keys.size() == named.columns().size()) {
                return Optional.of(new GeneratedNumbers(keys, named.columns()));
            }
        }
        return othersTell
                ? Optional.empty()
                : Optional.of(
                        new GeneratedNumbers(
                                known, known.stream().map(Numbering.Key::column).toList()));
    }

    /**
     * One row for each row inserted.
     *
     * @param parameterRows of the executions, numbers included
     */
    CopiedRows rows(List<? extends List<?>> parameterRows) {
        List<ColumnDescription> columns = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            columns.add(describe(names.get(i), keys.get(i).jdbcType()));
        }
        List<List<Object>> rows = new ArrayList<>();
        int rowsOfText = keys.get(0).rows().size();
        for (List<?> parameters : parameterRows) {
            for (int row = 0; row < rowsOfText; row++) {
                List<Object> values = new ArrayList<>(keys.size());
                for (Numbering.Key key : keys) {
                    values.add(typed(value(key.rows().get(row), parameters), key.jdbcType()));
                }
                rows.add(values);
            }
        }
        return new CopiedRows(new RowDescription(columns), rows);
    }

    /** False if the client gave a number as something else, a text for instance. */
    boolean areNumbers(List<? extends List<?>> parameterRows) {
        for (List<?> parameters : parameterRows) {
            for (Numbering.Key key : keys) {
                for (Numbering.Place number : key.rows()) {
                    if (!(value(number, parameters) instanceof Number)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static Object value(Numbering.Place number, List<?> parameters) {
        return number.parameter() < 0 ? number.constant() : parameters.get(number.parameter());
    }

    private static ColumnDescription describe(String name, int jdbcType) {
        return switch (jdbcType) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER ->
                    ColumnDescription.computed(name, Types.INTEGER, "INTEGER", "java.lang.Integer");
            case Types.DECIMAL, Types.NUMERIC ->
                    ColumnDescription.computed(
                            name, Types.DECIMAL, "DECIMAL", "java.math.BigDecimal");
            default -> ColumnDescription.computed(name, Types.BIGINT, "BIGINT", "java.lang.Long");
        };
    }

    private static Object typed(Object value, int jdbcType) {
        Number number = (Number) value;
        return switch (jdbcType) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> number.intValue();
            case Types.DECIMAL, Types.NUMERIC -> new BigDecimal(number.toString());
            default -> number.longValue();
        };
    }
}
