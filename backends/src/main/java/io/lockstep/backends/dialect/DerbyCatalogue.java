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
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads Derby's system tables, each with one plain scan, and joins them here: Derby's own joins of
 * them are ten times slower.
 */
final class DerbyCatalogue {
    private static final String USER_SCHEMA =
            " s.SCHEMANAME NOT LIKE 'SYS%' AND s.SCHEMANAME NOT IN ('NULLID', 'SQLJ') ";

    private static final String TABLES =
            "SELECT t.TABLEID, s.SCHEMANAME, t.TABLENAME, t.TABLETYPE FROM SYS.SYSTABLES t JOIN"
                    + " SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID WHERE t.TABLETYPE IN ('T', 'V')"
                    + " AND"
                    + USER_SCHEMA;

    private static final String COLUMNS =
            "SELECT REFERENCEID, COLUMNNUMBER, COLUMNNAME, COLUMNDATATYPE, COLUMNDEFAULT,"
                    + " AUTOINCREMENTINC FROM SYS.SYSCOLUMNS";

    private static final String CONSTRAINTS =
            "SELECT CONSTRAINTID, CONSTRAINTNAME, TYPE, TABLEID FROM SYS.SYSCONSTRAINTS";

    private static final String KEYS = "SELECT CONSTRAINTID, CONGLOMERATEID FROM SYS.SYSKEYS";

    private static final String INDEXES =
            "SELECT CONGLOMERATEID, TABLEID, CONGLOMERATENAME, DESCRIPTOR FROM"
                    + " SYS.SYSCONGLOMERATES WHERE ISINDEX";

    private static final String FOREIGN_KEYS =
            "SELECT CONSTRAINTID, CONGLOMERATEID, KEYCONSTRAINTID, DELETERULE, UPDATERULE FROM"
                    + " SYS.SYSFOREIGNKEYS";

    private static final String TRIGGERS =
            "SELECT s.SCHEMANAME, t.TABLENAME, g.EVENT, g.TRIGGERDEFINITION FROM SYS.SYSTRIGGERS g"
                    + " JOIN SYS.SYSTABLES t ON t.TABLEID = g.TABLEID JOIN SYS.SYSSCHEMAS s ON"
                    + " s.SCHEMAID = t.SCHEMAID";

    private static final String VIEWS =
            "SELECT t.TABLENAME, v.VIEWDEFINITION FROM SYS.SYSVIEWS v JOIN SYS.SYSTABLES t ON"
                    + " t.TABLEID = v.TABLEID JOIN SYS.SYSSCHEMAS s ON s.SCHEMAID = t.SCHEMAID"
                    + " WHERE"
                    + USER_SCHEMA;

    private static final String SEQUENCES =
            "SELECT s.SCHEMANAME, q.SEQUENCENAME, q.CYCLEOPTION FROM SYS.SYSSEQUENCES q JOIN SYS.SYSSCHEMAS s ON"
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

    private static final Pattern POSITION = Pattern.compile("\\d+");

    /** Derby's own sequences behind identity columns. */
    private static final Pattern INTERNAL_SEQUENCE =
            Pattern.compile("U[0-9a-f]{8}X[0-9a-f]{4}X[0-9a-f]{4}X[0-9a-f]{4}X[0-9a-f]{12}");

    private final Connection connection;
    private final String ownSchema;
    private final Map<String, TableName> tables = new HashMap<>();
    private final Map<TableName, List<String>> columnNames = new HashMap<>();
    private final Map<String, Constraint> constraints = new HashMap<>();
    private final Map<String, Index> indexes = new HashMap<>();

    /** From the index behind a primary key or unique constraint to that constraint. */
    private final Map<String, Constraint> keyOfIndex = new HashMap<>();

    /** From a primary key or unique constraint to its index. */
    private final Map<String, Index> indexOfKey = new HashMap<>();

    DerbyCatalogue(Connection connection, String ownSchema) {
        this.connection = connection;
        this.ownSchema = ownSchema;
    }

    private record Constraint(String name, String type, String table) {}

    /**
     * An index.
     *
     * @param descriptor for example {@code UNIQUE BTREE (3, 2 DESC)}: positions of columns
     */
    private record Index(String name, TableName table, String descriptor) {}

    Catalogue read() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            CatalogueBuilder builder =
                    new CatalogueBuilder(only(statement, "VALUES CURRENT SCHEMA"), ownSchema);
            String collation = only(statement, COLLATION);
            boolean binary = collation == null || collation.equals("UCS_BASIC");
            builder.collation(binary ? "binary" : collation);
            readTables(statement, builder);
            readColumns(statement, builder, binary);
            readConstraints(statement);
            readIndexes(statement);
            readKeys(statement);
            addUniqueIndexes(builder);
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

    private void readTables(Statement statement, CatalogueBuilder builder) throws SQLException {
        try (ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                TableName name = new TableName(row.getString(2), row.getString(3));
                tables.put(row.getString(1), name);
                Kind kind = row.getString(4).equals("V") ? Kind.VIEW : Kind.TABLE;
                builder.table(name, kind, true, false);
            }
        }
    }

    private void readColumns(Statement statement, CatalogueBuilder builder, boolean binary)
            throws SQLException {
        Map<TableName, SortedMap<Integer, Column>> byTable = new HashMap<>();
        try (ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                TableName table = tables.get(row.getString(1));
                if (table != null) {
                    byTable.computeIfAbsent(table, name -> new TreeMap<>())
                            .put(row.getInt(2), column(row, binary));
                }
            }
        }
        byTable.forEach(
                (table, columns) -> {
                    columns.values().forEach(column -> builder.column(table, column));
                    columnNames.put(table, columns.values().stream().map(Column::name).toList());
                });
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

    private void readConstraints(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(CONSTRAINTS)) {
            while (row.next()) {
                constraints.put(
                        row.getString(1),
                        new Constraint(row.getString(2), row.getString(3), row.getString(4)));
            }
        }
    }

    private void readIndexes(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(INDEXES)) {
            while (row.next()) {
                TableName table = tables.get(row.getString(2));
                if (table != null) {
                    indexes.put(
                            row.getString(1), new Index(row.getString(3), table, row.getString(4)));
                }
            }
        }
    }

    private void readKeys(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(KEYS)) {
            while (row.next()) {
                Constraint constraint = constraints.get(row.getString(1));
                Index index = indexes.get(row.getString(2));
                if (constraint != null && index != null) {
                    keyOfIndex.put(row.getString(2), constraint);
                    indexOfKey.put(row.getString(1), index);
                }
            }
        }
    }

    /** A deferrable constraint's index is not unique itself, but the constraint's type tells. */
    private void addUniqueIndexes(CatalogueBuilder builder) {
        indexes.forEach(
                (id, index) -> {
                    Constraint key = keyOfIndex.get(id);
                    if (key == null && !index.descriptor.startsWith("UNIQUE")) {
                        return;
                    }
                    String name = key == null ? index.name : key.name;
                    boolean primary = key != null && key.type.equals("P");
                    for (String column : columns(index.table, index.descriptor)) {
                        builder.uniqueIndexColumn(index.table, name, primary, column, true);
                    }
                });
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
        try (ResultSet row = statement.executeQuery(FOREIGN_KEYS)) {
            while (row.next()) {
                Constraint constraint = constraints.get(row.getString(1));
                Index childIndex = indexes.get(row.getString(2));
                Index parentIndex = indexOfKey.get(row.getString(3));
                if (constraint == null || childIndex == null || parentIndex == null) {
                    continue;
                }
                TableName child = tables.get(constraint.table);
                List<String> columns = columns(child, childIndex.descriptor);
                List<String> parentColumns = columns(parentIndex.table, parentIndex.descriptor);
                boolean changes = changes(row.getString(4)) || changes(row.getString(5));
                for (int i = 0; i < columns.size(); i++) {
                    builder.foreignKeyColumn(
                            child,
                            constraint.name,
                            columns.get(i),
                            parentIndex.table,
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

    private static String event(String letter) {
        return switch (letter) {
            case "I" -> "INSERT";
            case "U" -> "UPDATE";
            default -> "DELETE";
        };
    }

    private static void readOthers(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(TRIGGERS)) {
            while (row.next()) {
                builder.trigger(
                        new TableName(row.getString(1), row.getString(2)),
                        event(row.getString(3)),
                        row.getString(4));
            }
        }
        try (ResultSet row = statement.executeQuery(VIEWS)) {
            while (row.next()) {
                builder.code(row.getString(1), row.getString(2));
            }
        }
        try (ResultSet row = statement.executeQuery(SEQUENCES)) {
            while (row.next()) {
                if (!INTERNAL_SEQUENCE.matcher(row.getString(2)).matches()) {
                    builder.sequence(
                            row.getString(1), row.getString(2), row.getString(3).equals("Y"));
                }
            }
        }
        try (ResultSet row = statement.executeQuery(ROUTINES)) {
            while (row.next()) {
                // Derby refuses SQL that goes beyond what the routine was declared with, but
                // counts taking a sequence's next value as reading.
                boolean noSql = row.getString(3).contains("NO SQL");
                // As on H2, Java code is taken to give the same everywhere.
                builder.routine(row.getString(1), row.getString(2).equals("P"), noSql, false);
            }
        }
    }
}
