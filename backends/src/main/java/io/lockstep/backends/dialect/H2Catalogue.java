package io.lockstep.backends.dialect;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Reads H2's information schema: one query per kind of object, over all tables. */
final class H2Catalogue {
    private static final String TABLES =
            "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, STORAGE_TYPE FROM"
                    + " INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'";

    private static final String COLUMNS =
            "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH,"
                    + " NUMERIC_PRECISION, NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE,"
                    + " COLUMN_DEFAULT, IDENTITY_GENERATION, IS_GENERATED, COLUMN_ON_UPDATE,"
                    + " DOMAIN_NAME FROM"
                    + " INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA'"
                    + " ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION";

    private static final String UNIQUE_INDEXES =
            "SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.INDEX_NAME, i.INDEX_TYPE_NAME, c.COLUMN_NAME"
                    + " FROM INFORMATION_SCHEMA.INDEX_COLUMNS c JOIN INFORMATION_SCHEMA.INDEXES i"
                    + " ON i.INDEX_SCHEMA = c.INDEX_SCHEMA AND i.INDEX_NAME = c.INDEX_NAME"
                    + " AND i.TABLE_NAME = c.TABLE_NAME WHERE c.IS_UNIQUE"
                    + " ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.INDEX_NAME, c.ORDINAL_POSITION";

    private static final String FOREIGN_KEYS =
            "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, u.TABLE_SCHEMA,"
                    + " u.TABLE_NAME, u.COLUMN_NAME,"
                    + " CASE WHEN r.UPDATE_RULE IN ('NO ACTION', 'RESTRICT') AND"
                    + " r.DELETE_RULE IN ('NO ACTION', 'RESTRICT') THEN 0 ELSE 1 END"
                    + " FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS r"
                    + " JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE k"
                    + " ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA"
                    + " AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME"
                    + " JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE u"
                    + " ON u.CONSTRAINT_SCHEMA = r.UNIQUE_CONSTRAINT_SCHEMA"
                    + " AND u.CONSTRAINT_NAME = r.UNIQUE_CONSTRAINT_NAME"
                    + " AND u.ORDINAL_POSITION = k.POSITION_IN_UNIQUE_CONSTRAINT"
                    + " ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME,"
                    + " k.ORDINAL_POSITION";

    /** Triggers are Java classes, which cannot be looked into. */
    private static final String TRIGGERS =
            "SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, EVENT_MANIPULATION FROM"
                    + " INFORMATION_SCHEMA.TRIGGERS";

    /** Views' queries, checks of domains and tables. */
    private static final String CODE =
            "SELECT TABLE_NAME, VIEW_DEFINITION FROM INFORMATION_SCHEMA.VIEWS WHERE TABLE_SCHEMA"
                    + " <> 'INFORMATION_SCHEMA' UNION ALL SELECT d.DOMAIN_NAME, c.CHECK_CLAUSE FROM"
                    + " INFORMATION_SCHEMA.DOMAIN_CONSTRAINTS d JOIN"
                    + " INFORMATION_SCHEMA.CHECK_CONSTRAINTS c ON c.CONSTRAINT_SCHEMA ="
                    + " d.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = d.CONSTRAINT_NAME UNION ALL"
                    + " SELECT t.TABLE_NAME, c.CHECK_CLAUSE FROM"
                    + " INFORMATION_SCHEMA.TABLE_CONSTRAINTS t JOIN"
                    + " INFORMATION_SCHEMA.CHECK_CONSTRAINTS c ON c.CONSTRAINT_SCHEMA ="
                    + " t.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME";

    private static final String SEQUENCES =
            "SELECT SEQUENCE_SCHEMA, SEQUENCE_NAME, CYCLE_OPTION FROM"
                    + " INFORMATION_SCHEMA.SEQUENCES";

    private static final String ROUTINES =
            "SELECT ROUTINE_NAME, ROUTINE_TYPE FROM INFORMATION_SCHEMA.ROUTINES WHERE"
                    + " ROUTINE_SCHEMA <> 'INFORMATION_SCHEMA'";

    private static final String COLLATION =
            "SELECT SETTING_VALUE FROM INFORMATION_SCHEMA.SETTINGS WHERE SETTING_NAME ="
                    + " 'COLLATION'";

    private final Connection connection;
    private final String ownSchema;

    H2Catalogue(Connection connection, String ownSchema) {
        this.connection = connection;
        this.ownSchema = ownSchema;
    }

    Catalogue read() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            CatalogueBuilder builder =
                    new CatalogueBuilder(only(statement, "SELECT CURRENT_SCHEMA"), ownSchema);
            String collation = only(statement, COLLATION);
            boolean binary = collation == null || collation.equalsIgnoreCase("OFF");
            builder.collation(binary ? "binary" : collation);
            readTables(statement, builder);
            readColumns(statement, builder, binary);
            readUniqueIndexes(statement, builder);
            builder.foreignKeys(statement, FOREIGN_KEYS);
            readOthers(statement, builder);
            return builder.build();
        }
    }

    private static String only(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /**
     * The information schema does not tell a MEMORY table that is written to disk from one that is
     * not, so every table of that kind counts as not durable, also in an in-memory database.
     */
    private static void readTables(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                boolean view = row.getString(3).equals("VIEW");
                boolean durable = view || "CACHED".equals(row.getString(4));
                builder.table(
                        CatalogueBuilder.table(row), view ? Kind.VIEW : Kind.TABLE, durable, false);
            }
        }
    }

    private static void readColumns(
            Statement statement, CatalogueBuilder builder, boolean binaryCollation)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                builder.column(CatalogueBuilder.table(row), column(row, binaryCollation));
                builder.code(row.getString(2), row.getString(14)); // its domain, by name
            }
        }
    }

    private static Column column(ResultSet row, boolean binaryCollation) throws SQLException {
        String typeName = row.getString(4);
        int jdbcType = JdbcTypes.byName(typeName);
        long length = row.getLong(5);
        boolean hasLength = !row.wasNull();
        int precision = row.getInt(6);
        int numericScale = row.getInt(7);
        int fraction = row.getInt(8);
        boolean temporal = !row.wasNull();
        String defaultExpression = row.getString(10);
        boolean generated = row.getString(12).equals("ALWAYS");
        boolean ignoresCase = typeName.equals("VARCHAR_IGNORECASE");
        return new Column(
                row.getString(3),
                jdbcType,
                typeName,
                hasLength ? (int) Math.min(length, Integer.MAX_VALUE) : precision,
                temporal ? fraction : numericScale,
                row.getString(9).equals("YES"),
                generated ? null : withChange(defaultExpression, row.getString(13)),
                identity(row.getString(11), defaultExpression),
                generated,
                !ignoresCase && (binaryCollation || !JdbcTypes.isText(jdbcType)));
    }

    /** With what an UPDATE that leaves the column out puts there. */
    private static String withChange(String defaultExpression, String onUpdate) {
        if (onUpdate == null) {
            return defaultExpression;
        }
        String change = Catalogue.ON_UPDATE + onUpdate;
        return defaultExpression == null ? change : defaultExpression + " " + change;
    }

    private static Identity identity(String generation, String defaultExpression) {
        if (generation == null) {
            boolean sequence =
                    defaultExpression != null && defaultExpression.startsWith("NEXT VALUE FOR");
            return sequence ? Identity.BY_DEFAULT : Identity.NONE;
        }
        return generation.equals("ALWAYS") ? Identity.ALWAYS : Identity.BY_DEFAULT;
    }

    private static void readUniqueIndexes(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(UNIQUE_INDEXES)) {
            while (row.next()) {
                builder.uniqueIndexColumn(
                        CatalogueBuilder.table(row),
                        row.getString(3),
                        row.getString(4).equals("PRIMARY KEY"),
                        row.getString(5),
                        true);
            }
        }
    }

    private static void readOthers(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(TRIGGERS)) {
            while (row.next()) {
                builder.trigger(CatalogueBuilder.table(row), row.getString(3), null);
            }
        }
        try (ResultSet row = statement.executeQuery(CODE)) {
            while (row.next()) {
                builder.code(row.getString(1), row.getString(2));
            }
        }
        try (ResultSet row = statement.executeQuery(SEQUENCES)) {
            while (row.next()) {
                builder.sequence(
                        row.getString(1), row.getString(2), row.getString(3).equals("YES"));
            }
        }
        try (ResultSet row = statement.executeQuery(ROUTINES)) {
            while (row.next()) {
                // Java code, of which nothing can be known, is taken to give the same everywhere.
                builder.routine(
                        row.getString(1), row.getString(2).equals("PROCEDURE"), false, false);
            }
        }
    }
}
