package io.lockstep.controller.sql;

import io.lockstep.controller.sql.SessionSetting.Effect;
import java.sql.Connection;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * SET, RESET, USE and DISCARD that are not about transactions: which variables they set, and
 * whether the session can go on being understood, and its data stay equal, once they are set.
 */
final class SettingTexts {
    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;

    SettingTexts(Draft draft, Schema schema) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
    }

    void classify() {
        draft.kind = StatementKind.SESSION;
        switch (tokens.word(0)) {
            case "USE" -> use();
            case "RESET" -> reset();
            case "DISCARD" ->
                    draft.setting =
                            SessionSetting.of(
                                    tokens.is(1, "ALL") ? Effect.RESET_ALL : Effect.NOTHING, "");
            default -> set();
        }
    }

    private void use() {
        SqlName name = SqlName.at(tokens, 1);
        if (name == null || name.schema() != null || name.end() != tokens.count()) {
            unknown("USE of something other than a schema");
        } else {
            draft.setting = new SessionSetting(Effect.SET, "schema", List.of(name.name()), null);
        }
    }

    private void reset() {
        if (!schema.has("postgresql")) {
            ofServer("RESET changes the server, not the session", true); // QUERY CACHE, MASTER
        } else if (tokens.is(1, "ALL")) {
            draft.setting = SessionSetting.of(Effect.RESET_ALL, "");
        } else {
            String variable = variable(1);
            draft.setting =
                    SessionSetting.of(
                            Effect.RESET, variable.equals("search_path") ? "schema" : variable);
        }
    }

    /** {@code commits}: with MariaDB and H2 it ends the transaction, as DDL does. */
    private void ofServer(String reason, boolean commits) {
        boolean ends = commits && (schema.has("mariadb") || schema.has("h2"));
        draft.kind = ends ? StatementKind.DDL : StatementKind.UNKNOWN_WRITE;
        draft.lockDatabase(reason);
    }

    private void unknown(String reason) {
        draft.kind = StatementKind.UNKNOWN_WRITE;
        draft.lockDatabase(reason);
    }

    private void set() {
        if (tokens.is(1, "STATEMENT")) {
            draft.refuse(Refusals.setForStatement());
            return;
        }
        Effects effects = Effects.scan(tokens, 1, schema);
        boolean computed = effects.sequences().any() || !effects.occurrences().isEmpty();
        if (computed || tokens.find(1, "SELECT") >= 0 || hasBracket()) {
            draft.refuse(Refusals.computedSetting());
            return;
        }
        // To MariaDB LOCAL is another word for SESSION.
        boolean local = tokens.is(1, "LOCAL") && schema.has("postgresql");
        boolean scoped = tokens.is(1, "LOCAL") || tokens.is(1, "SESSION");
        int at = scoped && !tokens.is(2, "AUTHORIZATION") ? 2 : 1;
        List<Integer> assignments = assignments(at);
        boolean server = false;
        for (int assignment : assignments) {
            server |= isGlobal(assignment);
            check(assignment);
        }
        if (draft.kind != StatementKind.SESSION) {
            return;
        }
        if (server) {
            ofServer("it changes the server, not the session", tokens.is(at, "PASSWORD"));
            return;
        }
        draft.setting = setting(at, assignments, local || tokens.is(at, "CONSTRAINTS"));
    }

    private boolean hasBracket() {
        for (int i = 1; i < tokens.count(); i++) {
            if (tokens.symbol(i, '(')) {
                return true;
            }
        }
        return false;
    }

    private SessionSetting setting(int at, List<Integer> assignments, boolean local) {
        List<String> names = new ArrayList<>();
        assignments.forEach(each -> names.add(variable(each)));
        String variable = String.join(", ", names);
        Effect effect = local ? Effect.SET_LOCAL : Effect.SET;
        return switch (variable) {
            case "schema", "search_path" ->
                    new SessionSetting(effect, "schema", path(value(at)), null);
            case "schema_search_path" ->
                    new SessionSetting(effect, variable, path(value(at)), null);
            case "time zone" -> new SessionSetting(effect, variable, null, zone(value(at)));
            default -> SessionSetting.of(effect, variable);
        };
    }

    /** Where each assignment begins; only variables can be listed, the other forms stand alone. */
    private List<Integer> assignments(int at) {
        List<Integer> found = new ArrayList<>();
        found.add(at);
        if (schema.has("mariadb") && !schema.has("postgresql")) {
            for (int i = at + 1; i < tokens.count(); i++) {
                if (tokens.symbol(i, ',')) {
                    found.add(i + 1);
                }
            }
        }
        return found;
    }

    private boolean isGlobal(int at) {
        return tokens.is(at, "GLOBAL")
                || tokens.is(at, "PERSIST")
                || tokens.is(at, "PASSWORD")
                || (tokens.symbol(at, '@') && tokens.is(at + 2, "GLOBAL"));
    }

    /** The variable that is assigned there, in lower case and by one name whatever its spelling. */
    private String variable(int at) {
        int name = nameAt(at);
        if (tokens.are(name, "TIME", "ZONE")) {
            return "time zone";
        }
        if (tokens.are(name, "SESSION", "AUTHORIZATION")) {
            return "session authorization";
        }
        if (tokens.are(name, "CHARACTER", "SET")) {
            return "names";
        }
        if (tokens.is(name, "CURRENT")) {
            return name(name + 1).equals("sqlid") ? "schema" : name(name + 1);
        }
        if (tokens.symbol(name, '@')) {
            return "@" + name(name + 1);
        }
        String word = name(name);
        String qualified = tokens.symbol(name + 1, '.') ? word + "." + name(name + 2) : word;
        return switch (qualified) {
            case "timezone", "time_zone" -> "time zone";
            case "charset" -> "names";
            default -> qualified;
        };
    }

    /** Skips the scope: {@code SESSION x}, {@code @@x}, {@code @@session.x}. */
    private int nameAt(int at) {
        boolean scope =
                tokens.is(at, "GLOBAL")
                        || tokens.is(at, "LOCAL")
                        || (tokens.is(at, "SESSION") && !tokens.is(at + 1, "AUTHORIZATION"));
        if (scope) {
            return at + 1;
        }
        if (tokens.symbol(at, '@') && tokens.symbol(at + 1, '@')) {
            return tokens.symbol(at + 3, '.') ? at + 4 : at + 2;
        }
        return at;
    }

    private String name(int i) {
        return tokens.isName(i) ? tokens.name(i) : "";
    }

    /** Index of the first token of the first value. */
    private int value(int at) {
        int name = nameAt(at);
        for (int i = name + 1; i < tokens.count(); i++) {
            if (tokens.symbol(i, '=') || tokens.is(i, "TO")) {
                return i + 1;
            }
        }
        boolean twoWords =
                tokens.are(name, "TIME", "ZONE")
                        || tokens.are(name, "CHARACTER", "SET")
                        || tokens.is(name, "CURRENT");
        return twoWords ? name + 2 : name + 1;
    }

    private String text(int i) {
        if (i < tokens.count() && tokens.kind(i) == Tokens.Kind.STRING) {
            String raw = tokens.raw(i);
            return raw.length() > 1 ? raw.substring(1, raw.length() - 1) : raw;
        }
        return tokens.isName(i) ? tokens.name(i) : "";
    }

    private List<String> path(int from) {
        List<String> path = new ArrayList<>();
        if (tokens.is(from, "DEFAULT") && from == tokens.count() - 1) {
            return List.of(SessionSetting.USUAL_SCHEMA);
        }
        for (int i = from; i < tokens.count(); i++) {
            boolean named =
                    (tokens.isName(i) && !tokens.is(i, "USER"))
                            || tokens.kind(i) == Tokens.Kind.STRING;
            if (named) {
                String name = text(i).toLowerCase(Locale.ROOT);
                path.add(name.equals("$user") ? SessionSetting.USUAL_SCHEMA : name);
            } else if (!tokens.symbol(i, ',')) {
                draft.refuse(Refusals.unknownSearchPath());
            }
        }
        return List.copyOf(path);
    }

    /**
     * Clock values are decided in this zone. PostgreSQL turns the sign of a bare offset round, and
     * each engine has abbreviations of its own: only what means the same to all is taken.
     */
    private ZoneId zone(int at) {
        String text = text(at);
        boolean usual =
                at == tokens.count() - 1 && (tokens.is(at, "LOCAL") || tokens.is(at, "DEFAULT"));
        if (usual) {
            return ZoneId.systemDefault();
        }
        try {
            ZoneId zone = ZoneId.of(text);
            boolean turned =
                    schema.has("postgresql")
                            && zone instanceof ZoneOffset
                            && !zone.equals(ZoneOffset.UTC);
            if (!turned && at == tokens.count() - 1) {
                return zone;
            }
        } catch (DateTimeException e) {
            draft.refuse(Refusals.unknownZone()); // said to the client in Lockstep's words
            return null;
        }
        draft.refuse(Refusals.unknownZone());
        return null;
    }

    private static final Set<String> READING =
            Set.of("standard_conforming_strings", "backslash_quote", "sql_mode", "mode");
    private static final Set<String> READING_H2 = Set.of("non_keywords", "builtin_alias_override");
    private static final Set<String> CHARSETS =
            Set.of("client_encoding", "names", "character_set_client", "character_set_connection");
    private static final Set<String> DURABILITY =
            Set.of("synchronous_commit", "write_delay", "lock_mode", "log", "exclusive");
    private static final Set<String> CLOCKS_AND_KEYS =
            Set.of(
                    "timestamp",
                    "insert_id",
                    "last_insert_id",
                    "identity",
                    "rand_seed1",
                    "rand_seed2",
                    "auto_increment_increment",
                    "auto_increment_offset",
                    "sql_auto_is_null",
                    "sql_select_limit",
                    "completion_type");
    private static final Set<String> ISOLATION =
            Set.of("default_transaction_isolation", "transaction_isolation", "tx_isolation");

    /** What H2 keeps in the database, for everybody. */
    private static final Set<String> OF_H2_DATABASE =
            Set.of(
                    "allow_literals",
                    "cache_size",
                    "collation",
                    "compress_lob",
                    "db_close_delay",
                    "default_lock_timeout",
                    "default_null_ordering",
                    "default_table_type",
                    "ignorecase",
                    "java_object_serializer",
                    "max_length_inplace_lob",
                    "max_log_size",
                    "max_memory_rows",
                    "max_memory_undo",
                    "max_operation_memory",
                    "optimize_reuse_results",
                    "password",
                    "query_statistics",
                    "query_statistics_max_entries",
                    "referential_integrity",
                    "retention_time",
                    "salt",
                    "trace_level_file",
                    "trace_level_system_out",
                    "trace_max_file_size");

    private void check(int at) {
        String variable = variable(at);
        String value = text(value(at)).toLowerCase(Locale.ROOT);
        if (READING.contains(variable) && !(variable.startsWith("standard") && isOn(value))) {
            draft.refuse(Refusals.readingChanged(variable));
        } else if (READING_H2.contains(variable) && schema.has("h2")) {
            draft.refuse(Refusals.readingChanged(variable));
        } else if (CHARSETS.contains(variable)
                && !Set.of("utf8", "utf-8", "unicode", "utf8mb4", "default").contains(value)) {
            draft.refuse(Refusals.charset());
        } else if (DURABILITY.contains(variable) && !isOn(value)) {
            draft.refuse(Refusals.durability(variable));
        } else if (CLOCKS_AND_KEYS.contains(variable) && schema.has("mariadb")) {
            draft.refuse(Refusals.decidedSetting(variable));
        } else if (variable.equals("autocommit")) {
            draft.refuse("Use Connection.setAutoCommit instead of SET AUTOCOMMIT.");
        } else if (variable.equals("datestyle") && !value.startsWith("iso")) {
            draft.refuse(
                    "The drivers of PostgreSQL need dates in the style ISO. Format them in the query with to_char.");
        } else if (ISOLATION.contains(variable)) {
            isolation(variable, value);
        } else if (OF_H2_DATABASE.contains(variable) && schema.has("h2")) {
            ofServer("it changes the database, not the session", true);
        }
    }

    /** A setting that must not be made in a way that this class does not see. */
    static boolean mustBeUnderstood(String quotedVariable) {
        String variable =
                quotedVariable.substring(1, quotedVariable.length() - 1).toLowerCase(Locale.ROOT);
        return READING.contains(variable)
                || CHARSETS.contains(variable)
                || DURABILITY.contains(variable)
                || ISOLATION.contains(variable)
                || Set.of("search_path", "timezone", "datestyle").contains(variable);
    }

    private static boolean isOn(String value) {
        return value.equals("on") || value.equals("true") || value.equals("default");
    }

    private void isolation(String variable, String value) {
        int level =
                switch (value.replace('-', ' ')) {
                    case "read uncommitted" -> Connection.TRANSACTION_READ_UNCOMMITTED;
                    case "read committed", "default" -> Connection.TRANSACTION_READ_COMMITTED;
                    case "repeatable read" -> Connection.TRANSACTION_REPEATABLE_READ;
                    case "serializable" -> Connection.TRANSACTION_SERIALIZABLE;
                    default -> -1;
                };
        if (level < 0) {
            draft.refuse(
                    "The isolation level is not known. Use Connection.setTransactionIsolation.");
            return;
        }
        boolean thisOne = variable.equals("transaction_isolation") && schema.has("postgresql");
        draft.kind = StatementKind.TRANSACTION;
        draft.verb =
                new StatementClass.TransactionVerb(
                        thisOne
                                ? StatementClass.TransactionVerb.Verb.SET_TRANSACTION_ISOLATION
                                : StatementClass.TransactionVerb.Verb.SET_ISOLATION,
                        null,
                        level);
    }
}
