package io.lockstep.controller.sql;

import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.util.List;

/**
 * A lock on one key whose values come from the text and from each execution's parameters.
 *
 * @param table lock name
 * @param index {@code p} for the primary key, otherwise the index's name
 * @param parts one per column of the key, in the index's order
 * @param otherwise taken instead when a value has no normal form
 * @param unlessNull a null among the values means that there is no key to lock (foreign keys)
 */
record KeyLock(
        String table,
        String index,
        List<Part> parts,
        LockMode mode,
        LockRequest otherwise,
        boolean unlessNull) {

    /**
     * One value of a key.
     *
     * @param parameter index from 0, or -1 if {@code literal} holds the value
     */
    record Part(KeyColumn column, int parameter, Object literal) {
        Object value(List<?> parameters) {
            return parameter < 0 ? literal : parameters.get(parameter);
        }

        String describe() {
            return parameter < 0 ? String.valueOf(literal) : "?" + (parameter + 1);
        }
    }

    KeyLock {
        parts = List.copyOf(parts);
    }

    boolean hasParameters() {
        return parts.stream().anyMatch(part -> part.parameter() >= 0);
    }

    /** The same key of a table that is locked under another name. */
    KeyLock on(String rootTable) {
        if (rootTable.equals(table)) {
            return this;
        }
        LockRequest onRoot = new LockRequest(Resource.table(rootTable), otherwise.mode());
        return new KeyLock(rootTable, index, parts, mode, onRoot, unlessNull);
    }

    /** The lock for one execution, or null if none is needed. */
    LockRequest resolve(List<?> parameters) {
        StringBuilder key = new StringBuilder(32).append(index);
        char separator = ':';
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.parameter() >= parameters.size()) {
                return otherwise; // not all bound: the backends will refuse it
            }
            Object value = part.value(parameters);
            if (value == null && unlessNull) {
                return null;
            }
            key.append(separator);
            if (!part.column().append(key, value)) {
                return otherwise;
            }
            separator = '|';
        }
        return new LockRequest(Resource.key(table, key.toString()), mode);
    }

    String describe() {
        StringBuilder out = new StringBuilder().append(mode).append(' ').append(table);
        out.append('[').append(index);
        char separator = ':';
        for (Part part : parts) {
            out.append(separator).append(part.describe());
            separator = '|';
        }
        return out.append("], or ")
                .append(otherwise.mode())
                .append(' ')
                .append(otherwise.resource())
                .append(" if a value is not of the column's type")
                .toString();
    }
}
