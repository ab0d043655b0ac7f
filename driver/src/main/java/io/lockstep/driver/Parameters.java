package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The parameters of a prepared statement, as values that travel. */
final class Parameters {
    /** The wire counts parameters with 16 bits. */
    private static final int INDEX_MAX = 0xFFFF;

    private static final Object NOT_SET = new Object();

    private Object[] values = new Object[8];
    private int count;

    /** Sets a parameter, index from 1. */
    void set(int index, Object value) throws SQLException {
        if (index < 1 || index > INDEX_MAX) {
            throw Failures.noSuchParameter(index);
        }
        if (index > values.length) {
            values = Arrays.copyOf(values, Math.max(index, Math.min(2 * values.length, INDEX_MAX)));
        }
        if (index > count) {
            Arrays.fill(values, count, index, NOT_SET);
            count = index;
        }
        values[index - 1] = value;
    }

    /** What was set at an index, null if nothing was. */
    Object get(int index) {
        Object value = index <= count ? values[index - 1] : null;
        return value == NOT_SET ? null : value;
    }

    /** The highest index set so far. */
    int count() {
        return count;
    }

    void clear() {
        Arrays.fill(values, 0, count, null);
        count = 0;
    }

    /** All of them, without a copy: valid until the next change. */
    List<Object> view() throws SQLException {
        requireAllSet();
        return Arrays.asList(values).subList(0, count);
    }

    /** A copy. */
    List<Object> snapshot() throws SQLException {
        requireAllSet();
        return new ArrayList<>(Arrays.asList(values).subList(0, count));
    }

    private void requireAllSet() throws SQLException {
        for (int i = 0; i < count; i++) {
            if (values[i] == NOT_SET) {
                throw Failures.parameterNotSet(i + 1);
            }
        }
    }
}
