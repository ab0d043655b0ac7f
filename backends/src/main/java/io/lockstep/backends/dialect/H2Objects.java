package io.lockstep.backends.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What H2's information schema shows of tables, views, sequences and what belongs to them. */
final class H2Objects {
    /** They change with the rows, or with the use of a sequence. */
    private static final Set<String> NOT_DDL =
            Set.of(
                    "LAST_MODIFICATION",
                    "ROW_COUNT_ESTIMATE",
                    "SELECTIVITY",
                    "IDENTITY_BASE",
                    "BASE_VALUE");

    private static final String OF_CONSTRAINTS =
            "c JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS t ON t.CONSTRAINT_SCHEMA ="
                    + " c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE"
                    + " LOWER(t.TABLE_NAME) IN "
                    + LookOfObjects.NAMES;

    private static final List<String> QUERIES =
            List.of(
                    byName("TABLES", "TABLE_NAME"),
                    byName("COLUMNS", "TABLE_NAME"),
                    byName("INDEXES", "TABLE_NAME"),
                    byName("INDEX_COLUMNS", "TABLE_NAME"),
                    byName("TABLE_CONSTRAINTS", "TABLE_NAME"),
                    byName("KEY_COLUMN_USAGE", "TABLE_NAME"),
                    "SELECT c.* FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS " + OF_CONSTRAINTS,
                    "SELECT c.* FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS " + OF_CONSTRAINTS,
                    byName("TRIGGERS", "EVENT_OBJECT_TABLE"),
                    byName("VIEWS", "TABLE_NAME"),
                    byName("SEQUENCES", "SEQUENCE_NAME"),
                    byName("SYNONYMS", "SYNONYM_NAME"),
                    byName("ROUTINES", "ROUTINE_NAME"),
                    byName("DOMAINS", "DOMAIN_NAME"));

    private H2Objects() {}

    private static String byName(String view, String column) {
        return "SELECT * FROM INFORMATION_SCHEMA.%s WHERE LOWER(%s) IN %s"
                .formatted(view, column, LookOfObjects.NAMES);
    }

    static String fingerprint(Connection connection, Collection<String> names) throws SQLException {
        LookOfObjects look = new LookOfObjects(connection, names);
        for (String query : QUERIES) {
            look.add(query, NOT_DDL);
        }
        return look.fingerprint();
    }
}
