package io.lockstep.controller.scheduler;

import java.util.Objects;

/**
 * What can be locked: the virtual database, a table, or a key of a table. Keys are compared by
 * their normal form, which errs towards "same".
 *
 * @param table lower case, or null for the virtual database as a whole
 * @param key normal form of the index name and its values, or null for the table as a whole
 */
public record Resource(String table, String key) {
    public static final Resource DATABASE = new Resource(null, null);

    public static Resource table(String table) {
        return new Resource(Objects.requireNonNull(table), null);
    }

    public static Resource key(String table, String key) {
        return new Resource(Objects.requireNonNull(table), Objects.requireNonNull(key));
    }

    @Override
    public String toString() {
        return table == null ? "database" : key == null ? table : table + "[" + key + "]";
    }
}
