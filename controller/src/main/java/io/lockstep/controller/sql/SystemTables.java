package io.lockstep.controller.sql;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The engines' own tables and views, sequences read as tables, and numbers of objects: what a write
 * reads there it would store differently on each database, unseen, since the counts of rows are the
 * same.
 */
final class SystemTables {
    /** Views of what a server is doing, or of its files and settings; without schema. */
    private static final Pattern OF_SERVER =
            Pattern.compile(
                    "pg_stat(io)?_\\w+|pg_stats\\w*|pg_statistic\\w*|pg_locks|pg_settings|pg_cursors"
                            + "|pg_(prepared|available|shmem|file|hba|ident|backend)_\\w+"
                            + "|pg_replication_\\w+|pg_aios|pg_config|pg_wait_events|pg_sequences");

    /** The same by schema. */
    private static final Set<String> SCHEMAS_OF_SERVER = Set.of("performance_schema", "syscs_diag");

    /** Of MariaDB's and H2's information_schema. */
    private static final Set<String> INFORMATION_OF_SERVER =
            Set.of(
                    "processlist",
                    "global_status",
                    "session_status",
                    "global_variables",
                    "session_variables",
                    "system_variables",
                    "sessions",
                    "session_state",
                    "locks",
                    "in_doubt",
                    "query_statistics",
                    "settings",
                    "sequences");

    private static final Pattern POSTGRES = Pattern.compile("pg_\\w+");

    /** Types whose values are numbers of objects. */
    private static final Set<String> OBJECT_TYPES =
            Set.of(
                    "regclass",
                    "regtype",
                    "regproc",
                    "regprocedure",
                    "regoper",
                    "regoperator",
                    "regrole",
                    "regnamespace",
                    "regconfig",
                    "regdictionary",
                    "regcollation");

    private static final Set<String> NAME_TYPES =
            Set.of("text", "varchar", "name", "bpchar", "char");

    private static final Set<String> BEFORE_TABLE =
            Set.of("FROM", "JOIN", "ONLY", "TABLE", "USING", "INTO", "UPDATE", "LATERAL");

    private static final Set<String> OF_SEQUENCE =
            Set.of("nextval", "setval", "currval", "pg_get_serial_sequence");

    private final Tokens tokens;
    private final Schema schema;

    private SystemTables(Tokens tokens, Schema schema) {
        this.tokens = tokens;
        this.schema = schema;
    }

    /** Refuses a write that reads such a table or an object's number. */
    static void refuse(Draft draft, Schema schema) {
        SystemTables tables = new SystemTables(draft.tokens, schema);
        for (int i = 0; i < draft.tokens.count(); i++) {
            if (draft.tokens.isName(i)) {
                if (tables.isTable(i)) {
                    String of =
                            draft.tokens.symbol(i - 1, '.') ? draft.tokens.raw(i - 2) + "." : "";
                    draft.refuse(Refusals.systemTable(of + draft.tokens.raw(i)));
                    return;
                }
                if (schema.has("postgresql") && tables.isObjectNumber(i)) {
                    draft.refuse(Refusals.objectNumber(draft.tokens.raw(i)));
                    return;
                }
            }
        }
    }

    /**
     * The first view that some code reads of what its server is doing. What code asks of the
     * catalogue is left alone: whether something exists is the same everywhere.
     */
    static Optional<String> ofServer(Tokens tokens, Schema schema) {
        SystemTables tables = new SystemTables(tokens, schema);
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.isName(i) && tables.isTable(i) && tables.isOfServer(i)) {
                return Optional.of(tokens.raw(i));
            }
        }
        return Optional.empty();
    }

    /** Some object's number stands in the expression, as a cast that PostgreSQL evaluates. */
    static boolean objectNumber(Tokens tokens, Schema schema) {
        SystemTables tables = new SystemTables(tokens, schema);
        for (int i = 0; i < tokens.count() && schema.has("postgresql"); i++) {
            if (tokens.isName(i) && tables.isObjectNumber(i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isTable(int i) {
        if (tokens.symbol(i + 1, '(') || tokens.symbol(i + 1, '.')) {
            return false;
        }
        String name = tokens.name(i);
        int first = i;
        while (tokens.symbol(first - 1, '.') && tokens.isName(first - 2)) {
            first -= 2;
        }
        boolean system =
                first < i
                        ? isSystemSchema(tokens.name(i - 2))
                        : schema.has("postgresql")
                                && POSTGRES.matcher(name).matches()
                                && !schema.knows(name);
        return (system || schema.isSequence(name)) && isRead(first);
    }

    private boolean isSystemSchema(String name) {
        return switch (name) {
            case "information_schema" -> true;
            case "pg_catalog" -> schema.has("postgresql") || schema.has("h2");
            case "mysql", "performance_schema" -> schema.has("mariadb");
            case "sys" -> schema.has("mariadb") || schema.has("derby");
            case "sysstat", "syscs_diag" -> schema.has("derby");
            default -> false;
        };
    }

    /** It stands where a table does: behind FROM and the like, or in its list. */
    private boolean isRead(int first) {
        int before = first - 1;
        while (tokens.symbol(before, '(')) {
            before--;
        }
        if (BEFORE_TABLE.contains(tokens.word(before))) {
            return true;
        }
        if (!tokens.symbol(before, ',')) {
            return false;
        }
        int depth = 0;
        for (int i = before - 1; i >= 0; i--) {
            depth = Math.max(0, depth - SelectShape.nesting(tokens, i));
            if (depth == 0) {
                switch (tokens.word(i)) {
                    case "FROM", "USING" -> {
                        return true;
                    }
                    case "SELECT", "WHERE", "GROUP", "ORDER", "SET", "VALUES", "INTO" -> {
                        return false;
                    }
                    default -> {}
                }
            }
        }
        return false;
    }

    private boolean isOfServer(int i) {
        String of = tokens.symbol(i - 1, '.') ? tokens.name(i - 2) : "";
        String name = tokens.name(i);
        return switch (of) {
            case "information_schema" -> INFORMATION_OF_SERVER.contains(name);
            case "", "pg_catalog" -> OF_SERVER.matcher(name).matches();
            default -> SCHEMAS_OF_SERVER.contains(of);
        };
    }

    /** {@code 't'::regclass::oid} and the like, but for a name's text and for sequences. */
    private boolean isObjectNumber(int i) {
        boolean cast =
                (tokens.symbol(i - 1, ':') && tokens.symbol(i - 2, ':')) || tokens.is(i - 1, "AS");
        boolean constant = tokens.kind(i + 1) == Tokens.Kind.STRING; // regclass 't'
        if (!OBJECT_TYPES.contains(tokens.name(i)) || !(cast || constant)) {
            return false;
        }
        boolean text =
                tokens.symbol(i + 1, ':')
                        && tokens.symbol(i + 2, ':')
                        && tokens.isName(i + 3)
                        && NAME_TYPES.contains(tokens.name(i + 3));
        return !text && !inSequenceCall(i);
    }

    private boolean inSequenceCall(int i) {
        int depth = 0;
        for (int open = i - 1; open > 0; open--) {
            depth += SelectShape.nesting(tokens, open);
            if (depth > 0 && tokens.symbol(open, '(')) {
                boolean ofSequence =
                        tokens.isName(open - 1) && OF_SEQUENCE.contains(tokens.name(open - 1));
                return ofSequence || inSequenceCall(open);
            }
        }
        return false;
    }
}
