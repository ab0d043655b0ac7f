package io.lockstep.backends.dialect;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import io.lockstep.backends.catalogue.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Derby's system tables: one query per kind of object, over all tables. */
final class DerbyCatalogue {
    private static final String USER_SCHEMA =
            " s.SCHEMANAME NOT LIKE 'SYS%' AND s.SCHEMANAME NOT IN ('NULLID', 'SQLJ') ";

    private static final String TABLES =
            "SELECT s.SCHEMANAME, t.TABLENAME, t.TABLETYPE FROM SYS.SYSTABLES t JOIN"
                    + " SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID WHERE t.TABLETYPE IN ('T', 'V')"
                    + " AND"
                    + USER_SCHEMA;

    private static final String COLUMNS =
            "SELECT s.SCHEMANAME, t.TABLENAME, c.COLUMNNAME, c.COLUMNDATATYPE, c.COLUMNDEFAULT,"
                    + " c.AUTOINCREMENTINC FROM SYS.SYSCOLUMNS c JOIN SYS.SYSTABLES t ON t.TABLEID"
                    + " = c.REFERENCEID JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID WHERE"
                    + " t.TABLETYPE IN ('T', 'V') AND"
                    + USER_SCHEMA
                    + " ORDER BY t.TABLEID, c.COLUMNNUMBER";

    private static final String INDEXES =
            "SELECT s.SCHEMANAME, t.TABLENAME, COALESCE(c.CONSTRAINTNAME, g.CONGLOMERATENAME),"
                    + " c.TYPE, g.DESCRIPTOR FROM SYS.SYSCONGLOMERATES g"
                    + " JOIN SYS.SYSTABLES t ON t.TABLEID = g.TABLEID"
                    + " JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID"
                    + " LEFT JOIN SYS.SYSKEYS k ON k.CONGLOMERATEID = g.CONGLOMERATEID"
                    + " LEFT JOIN SYS.SYSCONSTRAINTS c ON c.CONSTRAINTID = k.CONSTRAINTID"
                    + " WHERE t.TABLETYPE = 'T' AND g.ISINDEX AND"
                    + USER_SCHEMA;

    private static final String FOREIGN_KEYS =
            "SELECT s.SCHEMANAME, t.TABLENAME, c.CONSTRAINTNAME, g.DESCRIPTOR, ps.SCHEMANAME,"
                    + " pt.TABLENAME, pg.DESCRIPTOR, f.DELETERULE, f.UPDATERULE"
                    + " FROM SYS.SYSFOREIGNKEYS f"
                    + " JOIN SYS.SYSCONSTRAINTS c ON c.CONSTRAINTID = f.CONSTRAINTID"
                    + " JOIN SYS.SYSTABLES t ON t.TABLEID = c.TABLEID"
                    + " JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID"
                    + " JOIN SYS.SYSCONGLOMERATES g ON g.CONGLOMERATEID = f.CONGLOMERATEID"
                    + " JOIN SYS.SYSKEYS pk ON pk.CONSTRAINTID = f.KEYCONSTRAINTID"
                    + " JOIN SYS.SYSCONGLOMERATES pg ON pg.CONGLOMERATEID = pk.CONGLOMERATEID"
                    + " JOIN SYS.SYSTABLES pt ON pt.TABLEID = pg.TABLEID"
                    + " JOIN SYS.SYSSCHEMAS ps ON ps.SCHEMAID = pt.SCHEMAID WHERE"
                    + USER_SCHEMA;

    private static final String TRIGGERS =
            "SELECT s.SCHEMANAME, t.TABLENAME FROM SYS.SYSTRIGGERS g JOIN SYS.SYSTABLES t ON"
                    + " t.TABLEID = g.TABLEID JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID";

    private static final String SEQUENCES =
            "SELECT s.SCHEMANAME, q.SEQUENCENAME FROM SYS.SYSSEQUENCES q JOIN SYS.SYSSCHEMAS s ON"
                    + " s.SCHEMAID = q.SCHEMAID WHERE"
                    + USER_SCHEMA;

    private static final String ROUTINES =
            "SELECT a.ALIAS, a.ALIASTYPE, a.ALIASINFO FROM SYS.SYSALIASES a JOIN SYS.SYSSCHEMAS s"
                    + " ON s.SCHEMAID = a.SCHEMAID WHERE a.ALIASTYPE IN ('P', 'F') AND"
                    + USER_SCHEMA;

    private static final String COLLATION =
            "VALUES SYSCS_UTIL.SYSCS_GET_DATABASE_PROPERTY('derby.database.collation')";

    /** For example {@code NUMERIC(10,2) NOT NULL}, {@code VARCHAR (30) FOR BIT DATA}. */
    private static final Pattern TYPE =
            Pattern.compile(
                    "(?<name>[A-Z ]+?) *(\\((?<size>\\d+)(, *(?<scale>\\d+))?\\))?"
                            + "(?<bits> FOR BIT DATA)?(?<notNull> NOT NULL)?");

    /** For example {@code UNIQUE BTREE (3, 2 DESC)}. */
    private static final Pattern POSITION = Pattern.compile("\\d+");

    /** Derby's own sequences behind identity columns. */
    private static final Pattern INTERNAL_SEQUENCE =
            Pattern.compile("U[0-9a-f]{8}X[0-9a-f]{4}X[0-9a-f]{4}X[0-9a-f]{4}X[0-9a-f]{12}");

    private final Connection connection;

    /** Column names in table order, to turn positions into names. */
    private final Map<TableName, List<String>> columnNames = new HashMap<>();

    DerbyCatalogue(Connection connection) {
        this.connection = connection;
    }

    Catalogue read() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            CatalogueBuilder builder =
                    new CatalogueBuilder(only(statement, "VALUES CURRENT SCHEMA"));
            String collation = only(statement, COLLATION);
            boolean binary = collation == null || collation.equals("UCS_BASIC");
            readTables(statement, builder);
            readColumns(statement, builder, binary);
            readUniqueIndexes(statement, builder);
            readForeignKeys(statement, builder);
            readOthers(statement, builder);
            return builder.build();
        }
    }

    private static String only(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static TableName table(ResultSet row) throws SQLException {
        return new TableName(row.getString(1), row.getString(2));
    }

    private static void readTables(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                Kind kind = row.getString(3).equals("V") ? Kind.VIEW : Kind.TABLE;
                builder.table(table(row), kind, true, false);
            }
        }
    }

    private void readColumns(Statement statement, CatalogueBuilder builder, boolean binary)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                Column column = column(row, binary);
                builder.column(table(row), column);
                columnNames
                        .computeIfAbsent(table(row), name -> new ArrayList<>())
                        .add(column.name());
            }
        }
    }

    private static Column column(ResultSet row, boolean binary) throws SQLException {
        String printed = row.getString(4);
        Matcher type = TYPE.matcher(printed);
        boolean known = type.matches();
        String typeName = known ? type.group("name") : printed;
        boolean bits = known && type.group("bits") != null;
        int jdbcType = bits ? bitType(typeName) : JdbcTypes.byName(derbyName(typeName));
        String defaultText = row.getString(5);
        boolean generated = defaultText != null && defaultText.startsWith("GENERATED ALWAYS AS (");
        boolean hasIdentity = row.getObject(6) != null;
        boolean byDefault = "GENERATED_BY_DEFAULT".equals(defaultText);
        Identity identity =
                !hasIdentity ? Identity.NONE : byDefault ? Identity.BY_DEFAULT : Identity.ALWAYS;
        return new Column(
                row.getString(3),
                jdbcType,
                bits ? typeName + " FOR BIT DATA" : typeName,
                known ? number(type.group("size")) : 0,
                jdbcType == Types.TIMESTAMP ? 9 : known ? number(type.group("scale")) : 0,
                !printed.endsWith("NOT NULL"),
                generated || byDefault ? null : defaultText,
                identity,
                generated,
                binary || !JdbcTypes.isText(jdbcType));
    }

    private static int bitType(String typeName) {
        return switch (typeName) {
            case "CHAR" -> Types.BINARY;
            case "VARCHAR" -> Types.VARBINARY;
            default -> Types.LONGVARBINARY;
        };
    }

    private static String derbyName(String typeName) {
        return switch (typeName) {
            case "CLOB" -> "character large object";
            case "BLOB" -> "binary large object";
            case "LONG VARCHAR" -> "text";
            default -> typeName;
        };
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }

    /** A deferrable constraint's index is not unique itself, but the constraint's type tells. */
    private void readUniqueIndexes(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(INDEXES)) {
            while (row.next()) {
                String constraint = row.getString(4);
                String descriptor = row.getString(5);
                boolean primary = "P".equals(constraint);
                if (!primary && !"U".equals(constraint) && !descriptor.startsWith("UNIQUE")) {
                    continue;
                }
                TableName table = table(row);
                for (String column : columns(table, descriptor)) {
                    builder.uniqueIndexColumn(table, row.getString(3), primary, column, true);
                }
            }
        }
    }

    private List<String> columns(TableName table, String descriptor) {
        List<String> names = columnNames.getOrDefault(table, List.of());
        List<String> found = new ArrayList<>();
        Matcher position = POSITION.matcher(descriptor.substring(descriptor.indexOf('(') + 1));
        while (position.find()) {
            found.add(names.get(Integer.parseInt(position.group()) - 1));
        }
        return found;
    }

    private void readForeignKeys(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        Set<String> done = new HashSet<>();
        try (ResultSet row = statement.executeQuery(FOREIGN_KEYS)) {
            while (row.next()) {
                TableName child = table(row);
                // Constraints that share an index may come more than once.
                if (!done.add(child + "/" + row.getString(3))) {
                    continue;
                }
                TableName parent = new TableName(row.getString(5), row.getString(6));
                List<String> columns = columns(child, row.getString(4));
                List<String> parentColumns = columns(parent, row.getString(7));
                boolean changes = changes(row.getString(8)) || changes(row.getString(9));
                for (int i = 0; i < columns.size(); i++) {
                    builder.foreignKeyColumn(
                            child,
                            row.getString(3),
                            columns.get(i),
                            parent,
                            parentColumns.get(i),
                            changes);
                }
            }
        }
    }

    /** {@code R} is NO ACTION and {@code S} RESTRICT; cascade and set null change the child. */
    private static boolean changes(String rule) {
        return !rule.equals("R") && !rule.equals("S");
    }

    private static void readOthers(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(TRIGGERS)) {
            while (row.next()) {
                builder.trigger(table(row));
            }
        }
        try (ResultSet row = statement.executeQuery(SEQUENCES)) {
            while (row.next()) {
                if (!INTERNAL_SEQUENCE.matcher(row.getString(2)).matches()) {
                    builder.sequence(row.getString(1), row.getString(2));
                }
            }
        }
        try (ResultSet row = statement.executeQuery(ROUTINES)) {
            while (row.next()) {
                // Derby refuses SQL that goes beyond what the routine was declared with.
                boolean mayWrite = row.getString(3).contains("MODIFIES SQL DATA");
                builder.routine(row.getString(1), row.getString(2).equals("P"), !mayWrite);
            }
        }
    }
}
