package io.lockstep.backends.dialect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What MariaDB shows of tables, views and sequences: the statements that would make them, their
 * triggers, and which table InnoDB keeps under which name, without which two tables of the same
 * structure that exchange their names would look as before.
 */
final class MariaDbObjects {
    private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");

    private static final String TABLES =
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND"
                    + " LOWER(TABLE_NAME) = ?";

    private static final String TRIGGERS =
            "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION,"
                    + " ACTION_ORDER, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE"
                    + " EVENT_OBJECT_SCHEMA = DATABASE() AND LOWER(EVENT_OBJECT_TABLE) IN "
                    + LookOfObjects.NAMES;

    private static final String ROUTINES =
            "SELECT ROUTINE_NAME, ROUTINE_TYPE, DTD_IDENTIFIER, ROUTINE_DEFINITION FROM"
                    + " information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND"
                    + " LOWER(ROUTINE_NAME) IN "
                    + LookOfObjects.NAMES;

    private static final String IDENTITIES =
            "SELECT NAME, TABLE_ID FROM information_schema.INNODB_SYS_TABLES WHERE"
                    + " LOWER(SUBSTRING_INDEX(NAME, '/', 1)) = LOWER(DATABASE())"
                    + " AND LOWER(SUBSTRING_INDEX(SUBSTRING_INDEX(NAME, '/', -1), '#', 1)) IN "
                    + LookOfObjects.NAMES;

    /** ER_SPECIFIC_ACCESS_DENIED_ERROR. */
    private static final int NO_PRIVILEGE = 1227;

    private final Connection connection;
    private final Collection<String> names;

    /**
     * @param names in lower case
     */
    MariaDbObjects(Connection connection, Collection<String> names) {
        this.connection = connection;
        this.names = names;
    }

    String fingerprint() throws SQLException {
        LookOfObjects look = new LookOfObjects(connection, names);
        for (String name : names) {
            for (String table : tables(name)) {
                look.add(definition(table));
            }
        }
        look.add(TRIGGERS, Set.of());
        look.add(ROUTINES, Set.of());
        addIdentities(look);
        return look.fingerprint();
    }

    /** Names that differ in case only may be several tables. */
    private List<String> tables(String name) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
            statement.setString(1, name.toLowerCase(Locale.ROOT));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tables.add(row.getString(1));
                }
            }
        }
        return tables;
    }

    private String definition(String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SHOW CREATE TABLE " + CounterSql.quote(table, '`'))) {
            row.next();
            return table + "\n" + COUNTER.matcher(row.getString(2)).replaceFirst("");
        }
    }

    /** A user without the privilege PROCESS sees none. */
    private void addIdentities(LookOfObjects look) throws SQLException {
        try {
            look.add(IDENTITIES, Set.of());
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_PRIVILEGE) {
                throw e;
            }
            look.add("identities not shown");
        }
    }
}
