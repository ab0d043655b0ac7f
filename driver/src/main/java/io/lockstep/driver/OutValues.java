package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.OutParameter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The OUT parameters of a call: which were registered, and what they were after the execution. */
final class OutValues extends ValueGetters {
    private final TreeMap<Integer, OutParameter> registered = new TreeMap<>();
    private List<Object> values; // in the order of the registered indexes; null before an execution

    void register(int index, int jdbcType, int scale) throws SQLException {
        if (index < 1) {
            throw Failures.noSuchParameter(index);
        }
        registered.put(index, new OutParameter(jdbcType, scale, false, null));
    }

    boolean isEmpty() {
        return registered.isEmpty();
    }

    /** The parameters to send: an OUT one in its place, with what was set as its input. */
    List<Object> merge(Parameters in, int count) throws SQLException {
        List<Object> merged = new ArrayList<>(count);
        for (int i = 1; i <= count; i++) {
            OutParameter out = registered.get(i);
            if (out == null) {
                merged.add(in.get(i));
            } else {
                Object input = in.get(i);
                merged.add(new OutParameter(out.jdbcType(), out.scale(), input != null, input));
            }
        }
        return merged;
    }

    int lastIndex() {
        return registered.isEmpty() ? 0 : registered.lastKey();
    }

    void setValues(List<Object> newValues) {
        values = newValues;
    }

    @Override
    Object value(int index) throws SQLException {
        if (!registered.containsKey(index)) {
            throw Failures.invalidArgument(
                    "Parameter " + index + " was not registered as an OUT parameter");
        }
        if (values == null) {
            throw Failures.wrongOrder("OUT parameters have values after the execution");
        }
        int position = registered.headMap(index).size();
        if (position >= values.size()) {
            throw Failures.wrongState(
                    "The call returned "
                            + values.size()
                            + " OUT parameters, "
                            + registered.size()
                            + " were registered");
        }
        return values.get(position);
    }

    @Override
    int jdbcType(int index) {
        return registered.get(index).jdbcType();
    }

    @Override
    public int findColumn(String name) throws SQLException {
        throw Failures.unsupported("A parameter by name; use its index");
    }
}
