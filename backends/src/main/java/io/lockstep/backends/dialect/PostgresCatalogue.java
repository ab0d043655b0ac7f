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

/** Reads PostgreSQL's system catalogue: one query per kind of object, over all tables. */
final class PostgresCatalogue {
    private static final String USER_SCHEMA =
            " n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ";

    /** Rules other than a view's own count as triggers: they write elsewhere too. */
    private static final String TABLES =
            "SELECT n.nspname, c.relname, c.relkind, c.relpersistence = 'p' AND c.relkind <> 'f',"
                    + " EXISTS (SELECT 1 FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND"
                    + " NOT t.tgisinternal) OR EXISTS (SELECT 1 FROM pg_catalog.pg_rewrite r WHERE"
                    + " r.ev_class = c.oid AND r.rulename <> '_RETURN')"
                    + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ="
                    + " c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND"
                    + USER_SCHEMA;

    private static final String COLUMNS =
            "SELECT n.nspname, c.relname, a.attname, t.typname, bt.typname, t.typtype,"
                    + " CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,"
                    + " a.attnotnull OR (t.typtype = 'd' AND t.typnotnull),"
                    + " pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attidentity,"
                    + " a.attgenerated <> '', COALESCE(co.collisdeterministic, true),"
                    + " t.typcategory, co.collname"
                    + " FROM pg_catalog.pg_attribute a"
                    + " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
                    + " LEFT JOIN pg_catalog.pg_type bt ON bt.oid = t.typbasetype"
                    + " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum ="
                    + " a.attnum"
                    + " LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation"
                    + " WHERE a.attnum > 0 AND NOT a.attisdropped"
                    + " AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND"
                    + USER_SCHEMA
                    + " ORDER BY c.oid, a.attnum";

    /** Exclusion constraints are no unique indexes, but keep rows out in the same way. */
    private static final String UNIQUE_INDEXES =
            "SELECT n.nspname, c.relname, ic.relname, i.indisprimary, a.attname,"
                    + " i.indpred IS NULL AND i.indexprs IS NULL AND NOT i.indisexclusion"
                    + " AND i.indcollation[(k.position - 1)::int] = COALESCE(a.attcollation, 0)"
                    + " FROM pg_catalog.pg_index i"
                    + " JOIN pg_catalog.pg_class c ON c.oid = i.indrelid"
                    + " JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY"
                    + " AS k (attribute, position)"
                    + " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum"
                    + " = k.attribute AND k.attribute > 0"
                    + " WHERE (i.indisunique OR i.indisexclusion) AND k.position <= i.indnkeyatts"
                    + " AND"
                    + USER_SCHEMA
                    + " ORDER BY c.oid, i.indexrelid, k.position";

    private static final String FOREIGN_KEYS =
            "SELECT n.nspname, c.relname, f.conname, a.attname, pn.nspname, p.relname, pa.attname,"
                    + " f.confupdtype IN ('c', 'n', 'd') OR f.confdeltype IN ('c', 'n', 'd')"
                    + " FROM pg_catalog.pg_constraint f"
                    + " JOIN pg_catalog.pg_class c ON c.oid = f.conrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " JOIN pg_catalog.pg_class p ON p.oid = f.confrelid"
                    + " JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace"
                    + " CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY"
                    + " AS k (child, parent, position)"
                    + " JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum ="
                    + " k.child"
                    + " JOIN pg_catalog.pg_attribute pa ON pa.attrelid = f.confrelid AND pa.attnum"
                    + " = k.parent WHERE f.contype = 'f' AND"
                    + USER_SCHEMA
                    + " ORDER BY c.oid, f.oid, k.position";

    private static final String SEQUENCES =
            "SELECT n.nspname, c.relname, q.seqcycle, EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE"
                    + " d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND"
                    + " d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))"
                    + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                    + " ON n.oid = c.relnamespace JOIN pg_catalog.pg_sequence q"
                    + " ON q.seqrelid = c.oid WHERE c.relkind = 'S' AND"
                    + USER_SCHEMA;

    /**
     * Only languages in which the server itself holds a function to its volatility; it does so for
     * what the body says, not for what that calls in turn, so the body is shown as well. A body in
     * the standard's form is kept parsed. In other languages, extensions in C above all, the
     * declared volatility is all there is.
     */
    private static final String ROUTINES =
            "SELECT p.proname, p.prokind = 'p', p.provolatile <> 'v' AND l.lanname IN ('sql',"
                    + " 'plpgsql'), CASE WHEN l.lanname = 'sql' AND p.prosrc = '' THEN"
                    + " pg_catalog.pg_get_functiondef(p.oid) WHEN l.lanname IN ('sql',"
                    + " 'plpgsql') THEN p.prosrc END, p.provolatile = 'v' AND l.lanname NOT IN ('sql',"
                    + " 'plpgsql') FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON"
                    + " n.oid = p.pronamespace JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
                    + " WHERE p.prokind IN ('f', 'p', 'a', 'w') AND"
                    + USER_SCHEMA;

    /**
     * Views' queries, row security, checks of tables and domains, casts of types, operators, and
     * functions of a row, which can be written like its columns: those begin with a dot.
     */
    private static final String CODE =
            "SELECT CASE WHEN c.relkind = 'm' THEN '"
                    + Catalogue.Code.REFRESH
                    + "' ELSE '' END || c.relname, pg_catalog.pg_get_viewdef(c.oid) FROM"
                    + " pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid ="
                    + " c.relnamespace WHERE c.relkind IN ('v', 'm') AND"
                    + USER_SCHEMA
                    + "UNION ALL SELECT c.relname, concat_ws(' ', pg_catalog.pg_get_expr(s.polqual,"
                    + " c.oid), pg_catalog.pg_get_expr(s.polwithcheck, c.oid)) FROM"
                    + " pg_catalog.pg_policy s JOIN pg_catalog.pg_class c ON c.oid = s.polrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE"
                    + USER_SCHEMA
                    + "UNION ALL SELECT c.relname, pg_catalog.pg_get_constraintdef(k.oid) FROM"
                    + " pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE k.contype ="
                    + " 'c' AND"
                    + USER_SCHEMA
                    + "UNION ALL SELECT '.' || p.proname, pg_catalog.quote_ident(p.proname) ||"
                    + " '(1)' FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid ="
                    + " p.pronamespace JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0] WHERE"
                    + " p.pronargs = 1 AND t.typtype = 'c' AND"
                    + USER_SCHEMA
                    + "UNION ALL SELECT t.typname, pg_catalog.pg_get_constraintdef(k.oid) FROM"
                    + " pg_catalog.pg_constraint k JOIN pg_catalog.pg_type t ON t.oid = k.contypid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE k.contype ="
                    + " 'c' AND"
                    + USER_SCHEMA
                    + "UNION ALL SELECT t.typname, pg_catalog.quote_ident(p.proname) || '(1)' FROM"
                    + " pg_catalog.pg_cast k JOIN pg_catalog.pg_proc p ON p.oid = k.castfunc JOIN"
                    + " pg_catalog.pg_type t ON t.oid IN (k.castsource, k.casttarget) JOIN"
                    + " pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN"
                    + " pg_catalog.pg_language l ON l.oid = p.prolang WHERE l.lanname NOT IN ('c',"
                    + " 'internal') AND"
                    + USER_SCHEMA
                    + "UNION ALL SELECT o.oprname, pg_catalog.quote_ident(p.proname) || '(1)' FROM"
                    + " pg_catalog.pg_operator o JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace JOIN"
                    + " pg_catalog.pg_language l ON l.oid = p.prolang WHERE l.lanname NOT IN ('c',"
                    + " 'internal') AND"
                    + USER_SCHEMA;

    /**
     * What a trigger runs: its own condition, and its function's body or, unseen, a call of it. A
     * rule runs the statements behind its DO.
     */
    private static final String TRIGGERS =
            "SELECT n.nspname, c.relname, concat_ws(' ', CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT'"
                    + " END, CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE' END, CASE WHEN t.tgtype & 16"
                    + " <> 0 THEN 'UPDATE' END, CASE WHEN t.tgtype & 32 <> 0 THEN 'TRUNCATE' END),"
                    + " concat_ws('; ', substring(pg_catalog.pg_get_triggerdef(t.oid) FROM"
                    + " ' WHEN (\\(.*\\)) EXECUTE '), CASE WHEN l.lanname IN ('sql', 'plpgsql')"
                    + " THEN p.prosrc ELSE pg_catalog.quote_ident(p.proname) || '()' END) FROM"
                    + " pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN"
                    + " pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_language l ON"
                    + " l.oid = p.prolang WHERE NOT t.tgisinternal AND"
                    + USER_SCHEMA
                    + "UNION ALL SELECT n.nspname, c.relname, CASE r.ev_type WHEN '2' THEN 'UPDATE'"
                    + " WHEN '3' THEN 'INSERT' WHEN '4' THEN 'DELETE' END,"
                    + " substring(pg_catalog.pg_get_ruledef(r.oid) FROM ' DO +(.*)$') FROM"
                    + " pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE"
                    + " r.rulename <> '_RETURN' AND r.ev_type IN ('2', '3', '4') AND"
                    + USER_SCHEMA;

    /** By way of JSON, because versions have columns of their own for ICU's locales. */
    private static final String COLLATION =
            "SELECT concat_ws(' ', datcollate, datctype, to_jsonb(d) ->> 'datlocprovider',"
                    + " to_jsonb(d) ->> 'daticulocale', to_jsonb(d) ->> 'datlocale') FROM"
                    + " pg_catalog.pg_database d WHERE datname = current_database()";

    private static final String PARENTS =
            "SELECT n.nspname, c.relname, pn.nspname, p.relname FROM pg_catalog.pg_inherits i"
                    + " JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid"
                    + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                    + " JOIN pg_catalog.pg_class p ON p.oid = i.inhparent"
                    + " JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace"
                    + " WHERE c.relkind IN ('r', 'p', 'f') AND"
                    + USER_SCHEMA;

    private final Connection connection;
    private final String ownSchema;

    PostgresCatalogue(Connection connection, String ownSchema) {
        this.connection = connection;
        this.ownSchema = ownSchema;
    }

    Catalogue read() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            CatalogueBuilder builder = new CatalogueBuilder(defaultSchema(statement), ownSchema);
            readCollation(statement, builder);
            readTables(statement, builder);
            readColumns(statement, builder);
            readUniqueIndexes(statement, builder);
            builder.foreignKeys(statement, FOREIGN_KEYS);
            readOthers(statement, builder);
            return builder.build();
        }
    }

    private static String defaultSchema(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT current_schema()")) {
            row.next();
            String schema = row.getString(1);
            return schema == null ? "public" : schema;
        }
    }

    private static void readCollation(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(COLLATION)) {
            row.next();
            builder.collation(row.getString(1));
        }
    }

    private static void readTables(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(TABLES)) {
            while (row.next()) {
                String kind = row.getString(3);
                boolean view = kind.equals("v") || kind.equals("m");
                builder.table(
                        CatalogueBuilder.table(row),
                        view ? Kind.VIEW : Kind.TABLE,
                        row.getBoolean(4),
                        row.getBoolean(5));
            }
        }
    }

    private static void readColumns(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(COLUMNS)) {
            while (row.next()) {
                builder.column(CatalogueBuilder.table(row), column(row));
                builder.collation(CatalogueBuilder.table(row), row.getString(3), row.getString(14));
            }
        }
    }

    private static Column column(ResultSet row) throws SQLException {
        String typeName = row.getString(4);
        String baseType = row.getString(5);
        String plainType = baseType == null ? typeName : baseType;
        int jdbcType = jdbcType(plainType, row.getString(6), row.getString(13));
        int modifier = row.getInt(7);
        String defaultExpression = row.getString(9);
        return new Column(
                row.getString(3),
                jdbcType,
                typeName,
                size(jdbcType, modifier),
                scale(jdbcType, modifier),
                !row.getBoolean(8),
                row.getBoolean(11) ? null : defaultExpression,
                identity(row.getString(10), defaultExpression),
                row.getBoolean(11),
                row.getBoolean(12) && !plainType.equals("citext"));
    }

    private static int jdbcType(String typeName, String kind, String category) {
        if (kind.equals("e")) {
            return Types.VARCHAR;
        }
        return category.equals("A") ? Types.ARRAY : JdbcTypes.byName(typeName);
    }

    /** A serial column is one whose default takes the next value of a sequence. */
    private static Identity identity(String attribute, String defaultExpression) {
        return switch (attribute) {
            case "a" -> Identity.ALWAYS;
            case "d" -> Identity.BY_DEFAULT;
            default ->
                    defaultExpression != null && defaultExpression.startsWith("nextval(")
                            ? Identity.BY_DEFAULT
                            : Identity.NONE;
        };
    }

    /** The type modifier of numeric and text types is four more than what it says. */
    private static int size(int jdbcType, int modifier) {
        return switch (jdbcType) {
            case Types.NUMERIC -> modifier < 4 ? 0 : (modifier - 4) >>> 16;
            case Types.CHAR, Types.VARCHAR -> modifier < 4 ? Integer.MAX_VALUE : modifier - 4;
            case Types.BIT -> Math.max(1, modifier);
            case Types.LONGVARCHAR, Types.LONGVARBINARY -> Integer.MAX_VALUE;
            default -> 0;
        };
    }

    private static int scale(int jdbcType, int modifier) {
        return switch (jdbcType) {
            case Types.NUMERIC -> modifier < 4 ? 0 : (modifier - 4) & 0xFFFF;
            case Types.TIME,
                    Types.TIMESTAMP,
                    Types.TIME_WITH_TIMEZONE,
                    Types.TIMESTAMP_WITH_TIMEZONE ->
                    modifier < 0 ? 6 : modifier;
            default -> 0;
        };
    }

    private static void readUniqueIndexes(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(UNIQUE_INDEXES)) {
            while (row.next()) {
                builder.uniqueIndexColumn(
                        CatalogueBuilder.table(row),
                        row.getString(3),
                        row.getBoolean(4),
                        row.getString(5),
                        row.getBoolean(6));
            }
        }
    }

    private static void readOthers(Statement statement, CatalogueBuilder builder)
            throws SQLException {
        try (ResultSet row = statement.executeQuery(SEQUENCES)) {
            while (row.next()) {
                boolean cycles = row.getBoolean(3);
                if (row.getBoolean(4)) {
                    builder.columnSequence(row.getString(1), row.getString(2), cycles);
                } else {
                    builder.sequence(row.getString(1), row.getString(2), cycles);
                }
            }
        }
        try (ResultSet row = statement.executeQuery(ROUTINES)) {
            while (row.next()) {
                builder.routine(
                        row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(5));
                builder.code(row.getString(1), row.getString(4));
            }
        }
        try (ResultSet row = statement.executeQuery(CODE)) {
            while (row.next()) {
                builder.code(row.getString(1), row.getString(2));
            }
        }
        try (ResultSet row = statement.executeQuery(TRIGGERS)) {
            while (row.next()) {
                builder.trigger(CatalogueBuilder.table(row), row.getString(3), row.getString(4));
            }
        }
        try (ResultSet row = statement.executeQuery(PARENTS)) {
            while (row.next()) {
                builder.parent(
                        CatalogueBuilder.table(row),
                        new TableName(row.getString(3), row.getString(4)));
            }
        }
    }
}
