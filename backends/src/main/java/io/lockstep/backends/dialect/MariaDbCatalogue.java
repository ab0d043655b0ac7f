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
import java.util.List;
import java.util.Locale;

/**
 * Reads MariaDB's information schema, the connection's database only: a server is often shared, and
 * its other databases are not this backend's.
 */
final class MariaDbCatalogue {
    private static final String TABLES =
            "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES"
                    + " WHERE TABLE_SCHEMA = DATABASE()";

    private static final String COLUMNS =
            "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE,"
                    + " CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE,"
                    + " DATETIME_PRECISION, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLLATION_NAME,"
                    + " IS_GENERATED FROM information_schema.COLUMNS WHERE TABLE_SCHEMA ="
                    + " DATABASE() ORDER BY TABLE_NAME, ORDINAL_POSITION";

    private static final String UNIQUE_INDEXES =
            "SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART FROM"
                    + " information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND"
                    + " NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";

    private static final String FOREIGN_KEYS =
            "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME,"
                    + " k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,"
                    + " k.REFERENCED_COLUMN_NAME,"
                    + " CASE WHEN r.UPDATE_RULE IN ('NO ACTION', 'RESTRICT') AND"
                    + " r.DELETE_RULE IN ('NO ACTION', 'RESTRICT') THEN 0 ELSE 1 END"
                    + " FROM information_schema.KEY_COLUMN_USAGE k"
                    + " JOIN information_schema.REFERENTIAL_CONSTRAINTS r"
                    + " ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME ="
                    + " k.TABLE_NAME AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME"
                    + " WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL"
                    + " AND r.CONSTRAINT_SCHEMA = DATABASE()"
                    + " ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

    private static final String TRIGGERS =
            "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_STATEMENT"
                    + " FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE()";

    private static final String ROUTINES =
            "SELECT ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION FROM"
                    + " information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()";

    private static final String VIEWS =
            "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA ="
                    + " DATABASE()";

    /** Of a routine that the user may run, but not see: it may do anything. */
    private static final String UNSEEN_CODE = "EXECUTE IMMEDIATE unseen_code";

    /** The engines that keep what they have acknowledged. */
    private static final List<String> DURABLE_ENGINES = List.of("innodb", "rocksdb");

    private final Connection connection;
    private final String ownSchema;

    MariaDbCatalogue(Connection connection, String ownSchema) {
        this.connection = connection;
        this.ownSchema = ownSchema;
    }

    Catalogue read() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            CatalogueBuilder builder = new CatalogueBuilder(database(statement), ownSchema);
            builder.collation(collation(statement));
            readTables(statement, builder);
            readColumns(statement, builder);
            readUniqueIndexes(statement, builder);
            builder.foreignKeys(statement, FOREIGN_KEYS);
            readOthers(statement, builder);
            return builder.build();
        }
    }

    private static String database(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT DATABASE()")) {
            row.next();
            String database = row.getString(1);
            if (database == null) {
                throw new SQLException(
                        "the URL names no database; write jdbc:mariadb://host:port/database",
                        "3D000");
            }
            return database;
        }
    }

    private static String collation(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT @@collation_database")) {
            row.next();
            return row.getString(1);
        }
    }

    private static void readTables(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        List<TableName> sequences = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                String type = row.getString(3);
                if (type.equals("SEQUENCE")) {
                    sequences.add(CatalogueBuilder.table(row));
                    continue;
                }
                boolean view = type.endsWith("VIEW");
                builder.table(
                        CatalogueBuilder.table(row),
                        view ? Kind.VIEW : Kind.TABLE,
                        view || durable(type, row.getString(4)),
                        false);
            }
        }
        for (TableName sequence : sequences) {
            readSequence(statement, builder, sequence);
        }
    }

    /** Each is a table of its own that holds its settings. */
    private static void readSequence(
            Statement statement, CatalogueBuilder builder, TableName sequence) throws SQLException {
        String query =
                "SELECT cycle_option FROM "
                        + CounterSql.quote(sequence.schema(), '`')
                        + "."
                        + CounterSql.quote(sequence.name(), '`');
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            builder.sequence(sequence.schema(), sequence.name(), row.getBoolean(1));
        }
    }

    private static boolean durable(String type, String engine) {
        return !type.contains("TEMPORARY")
                && engine != null
                && DURABLE_ENGINES.contains(engine.toLowerCase(Locale.ROOT));
    }

    private static void readColumns(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                builder.column(CatalogueBuilder.table(row), column(row));
                builder.collation(CatalogueBuilder.table(row), row.getString(3), row.getString(13));
            }
        }
    }

    private static Column column(ResultSet row) throws SQLException {
        String typeName = row.getString(4);
        int jdbcType = jdbcType(typeName, row.getString(5));
        long length = row.getLong(6);
        boolean hasLength = !row.wasNull();
        int precision = row.getInt(7);
        int numericScale = row.getInt(8);
        int fraction = row.getInt(9);
        boolean temporal = !row.wasNull();
        String extra = row.getString(12).toLowerCase(Locale.ROOT);
        String collation = row.getString(13);
        boolean generated = row.getString(14).equals("ALWAYS");
        return new Column(
                row.getString(3),
                jdbcType,
                row.getString(5),
                hasLength ? (int) Math.min(length, Integer.MAX_VALUE) : precision,
                temporal ? fraction : numericScale,
                row.getString(10).equals("YES"),
                generated ? null : defaultExpression(row.getString(11), extra),
                extra.contains("auto_increment") ? Identity.BY_DEFAULT : Identity.NONE,
                generated,
                collation == null || collation.endsWith("_bin") || collation.equals("binary"));
    }

    /** TINYINT(1) is how MariaDB spells BOOLEAN. */
    private static int jdbcType(String typeName, String columnType) {
        boolean bool = columnType.equalsIgnoreCase("tinyint(1)");
        return bool ? Types.BOOLEAN : JdbcTypes.byName(typeName);
    }

    /** Without the NULL that stands for no default, with what an UPDATE sets by itself. */
    private static String defaultExpression(String columnDefault, String extra) {
        boolean none = columnDefault == null || columnDefault.equalsIgnoreCase("NULL");
        String expression = none ? null : columnDefault;
        int onUpdate = extra.indexOf(Catalogue.ON_UPDATE);
        if (onUpdate < 0) {
            return expression;
        }
        String change = extra.substring(onUpdate);
        return expression == null ? change : expression + " " + change;
    }

    private static void readUniqueIndexes(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(UNIQUE_INDEXES)) {
            while (row.next()) {
                String index = row.getString(3);
                builder.uniqueIndexColumn(
                        CatalogueBuilder.table(row),
                        index,
                        index.equals("PRIMARY"),
                        row.getString(4),
                        row.getObject(5) == null);
            }
        }
    }

    private static void readOthers(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(TRIGGERS)) {
            while (row.next()) {
                builder.trigger(CatalogueBuilder.table(row), row.getString(3), row.getString(4));
            }
        }
        try (ResultSet row = statement.executeQuery(VIEWS)) {
            while (row.next()) {
                builder.code(row.getString(1), row.getString(2));
            }
        }
        try (ResultSet row = statement.executeQuery(ROUTINES)) {
            while (row.next()) {
                // What MariaDB's routines declare about their SQL is only a comment.
                String code = row.getString(3);
                builder.routine(
                        row.getString(1),
                        row.getString(2).equals("PROCEDURE"),
                        false,
                        code == null);
                builder.code(row.getString(1), code == null ? UNSEEN_CODE : code);
            }
        }
    }
}
