package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.Dialect.LexicalRules;
import io.lockstep.protocol.SqlState;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Classifies one text: limits, cutting, and the choice of the class that knows its verb.
 *
 * <p>The order is what makes it safe: a text is cut under the rules of every engine there is, and
 * only what all of them cut alike is looked at any further.
 */
final class Classification {
    private static final int LENGTH_MAX = 1 << 20;

    private static final Set<String> BODY_OBJECTS =
            Set.of("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE", "ALIAS");

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;

    private Classification(Draft draft, Schema schema) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
    }

    static StatementClass of(String sql, Schema schema) {
        return of(sql, schema, true);
    }

    /**
     * @param allocates the controller gives out the numbers of rows
     */
    static StatementClass of(String sql, Schema schema, boolean allocates) {
        if (sql.length() > LENGTH_MAX) {
            return new Draft(new Tokens(sql), schema, allocates)
                    .refuse(
                            SqlState.PROGRAM_LIMIT_EXCEEDED,
                            "The statement has %,d characters, more than the %,d that are accepted. Send the values as parameters, in batches."
                                    .formatted(sql.length(), LENGTH_MAX))
                    .build(schema);
        }
        Draft draft = new Draft(cut(sql, schema), schema, allocates);
        new Classification(draft, schema).classify();
        return draft.build(schema);
    }

    private static Tokens cut(String sql, Schema schema) {
        Set<LexicalRules> done = new HashSet<>();
        Tokens tokens = null;
        for (Dialect dialect : schema.dialects()) {
            if (done.add(dialect.lexicalRules())) {
                Tokens cut = Lexer.lex(sql, dialect.lexicalRules());
                if (tokens == null) {
                    tokens = cut;
                } else {
                    tokens.merge(cut);
                }
            }
        }
        if (tokens.hasPostgresQuote() && !schema.hasOnly("postgresql")) {
            tokens.doubt("a quote that PostgreSQL alone understands");
        }
        return tokens;
    }

    private void classify() {
        if (tokens.count() == 0 && !tokens.hasExecutableComment()) {
            draft.refuse(SqlState.SYNTAX_ERROR, "The text holds no SQL statement.");
            return;
        }
        if (tokens.separators() > 0 && !hasBody()) {
            draft.refuse(
                    SqlState.SYNTAX_ERROR,
                    "The text holds several statements separated by ';'. Send them one by one, or values of one kind as a batch.");
            return;
        }
        if (tokens.doubt() != null || tokens.hasExecutableComment()) {
            doubtful();
        } else {
            byVerb();
        }
        if (draft.kind != StatementKind.READ) {
            protectOwnSchema();
        }
        if (schema.mixed() && schema.has("mariadb") && tokens.doubt() == null) {
            keepBackslashes();
        }
    }

    /**
     * A backslash in a constant is itself to every engine but MariaDB, where it stands for another
     * character together with the next. Beside other engines MariaDB gets it doubled.
     */
    private void keepBackslashes() {
        switch (draft.kind) {
            case READ, LOCKING_READ, WRITE, UNKNOWN_WRITE -> {
                for (int i = 0; i < tokens.count(); i++) {
                    boolean escapes =
                            tokens.kind(i) == Tokens.Kind.STRING
                                    && tokens.text().charAt(tokens.start(i)) == '\''
                                    && tokens.raw(i).indexOf('\\') >= 0;
                    if (escapes) {
                        String doubled = tokens.raw(i).replace("\\", "\\\\");
                        draft.splices.replace(
                                tokens.start(i), tokens.end(i), Map.of("mariadb", doubled));
                    }
                }
            }
            case DDL, LOCK_TABLE, SESSION, TRANSACTION, REFUSED -> {}
        }
    }

    /** CREATE PROCEDURE .. BEGIN .. END and the like: the semicolons belong to the body. */
    private boolean hasBody() {
        if (!tokens.is(0, "CREATE") || !tokens.is(tokens.count() - 1, "END")) {
            return false;
        }
        boolean object = false;
        for (int i = 1; i < tokens.count() && !tokens.symbol(i, ';'); i++) {
            object |= BODY_OBJECTS.contains(tokens.word(i));
            if (object && tokens.is(i, "BEGIN")) {
                return true;
            }
        }
        return false;
    }

    private void doubtful() {
        String reason =
                tokens.doubt() != null
                        ? tokens.doubt()
                        : "a comment that MariaDB executes: what is in it counts as code there";
        if (SessionTexts.isSessionVerb(tokens)) {
            draft.refuse(
                    "The statement controls the session or transaction and holds %s. Write it plainly."
                            .formatted(reason));
            return;
        }
        draft.lockDatabase(reason);
        if (isDefinition()) {
            draft.kind = StatementKind.DDL;
        } else if (isAboutRows() || !schema.has("mariadb")) {
            draft.kind = StatementKind.UNKNOWN_WRITE;
            draft.returnsRows = tokens.is(0, "SELECT") || tokens.is(0, "VALUES");
        } else {
            draft.refuse(
                    "The statement holds %s, and might commit on MariaDB. Write it plainly."
                            .formatted(reason));
        }
    }

    private boolean isAboutRows() {
        return switch (tokens.word(0)) {
            case "SELECT", "WITH", "VALUES", "TABLE" -> true;
            case "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE" -> true;
            default -> false;
        };
    }

    private boolean isDefinition() {
        return switch (tokens.word(0)) {
            case "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "COMMENT", "GRANT", "REVOKE" ->
                    true;
            default -> false;
        };
    }

    private void byVerb() {
        int first = 0;
        while (tokens.symbol(first, '(')) {
            first++;
        }
        switch (tokens.word(first)) {
            case "SELECT", "VALUES", "TABLE", "WITH" ->
                    new Queries(draft, schema, first).classify();
            case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT" ->
                    new Writes(draft, schema).classify();
            case "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "COMMENT", "GRANT", "REVOKE" ->
                    new DdlTexts(draft, schema).classify();
            case "REINDEX", "DECLARE" -> new DdlTexts(draft, schema).classify();
            case "EXPLAIN", "DESCRIBE", "DESC", "SHOW", "ANALYZE" -> explain();
            case "CALL" -> {
                if (callsSequence()) {
                    new Queries(draft, schema, first).classify();
                } else {
                    new JdbcCall(draft, schema, 0).classify();
                }
            }
            default -> {
                int call = JdbcCall.verb(tokens);
                if (call >= 0) {
                    new JdbcCall(draft, schema, call).classify();
                } else if (tokens.symbol(0, '{')) {
                    unknown("a JDBC escape that is not a call");
                } else if (SessionTexts.isSessionVerb(tokens)) {
                    new SessionTexts(draft, schema).classify();
                } else {
                    OtherTexts.classify(draft, schema);
                }
            }
        }
    }

    /** H2's {@code CALL NEXT VALUE FOR s}, which is a query of one row there. */
    private boolean callsSequence() {
        SqlName name = SqlName.at(tokens, 4);
        return schema.hasOnly("h2")
                && tokens.are(1, "NEXT", "VALUE", "FOR")
                && name != null
                && name.end() == tokens.count();
    }

    private void unknown(String reason) {
        draft.kind = StatementKind.UNKNOWN_WRITE;
        draft.lockDatabase(reason);
    }

    private void explain() {
        boolean describes =
                (tokens.is(0, "DESCRIBE") || tokens.is(0, "DESC")) && tokens.count() <= 4;
        if (tokens.is(0, "ANALYZE") && maintains()) {
            draft.returnsRows = schema.has("mariadb");
            OtherTexts.maintenance(draft);
            return;
        }
        if (tokens.is(0, "SHOW") || describes) {
            draft.kind = StatementKind.READ;
            draft.returnsRows = true;
            return;
        }
        int inner = 1;
        boolean runs = tokens.is(0, "ANALYZE");
        while (inner < tokens.count() && !isVerb(inner)) {
            String option = tokens.isName(inner) ? tokens.name(inner) : ""; // quoted or not
            runs |= option.equals("analyze") || option.equals("analyse");
            inner++;
        }
        draft.returnsRows = true;
        if (inner == tokens.count()) {
            draft.returnsRows = false; // ANALYZE t: statistics, on every backend
            draft.lockDatabase("it gathers statistics");
        } else if (!runs) {
            draft.kind = StatementKind.READ;
            Effects effects = Effects.scan(tokens, inner, schema);
            if (!effects.unknownFunctions().isEmpty() || effects.sequences().any()) {
                draft.refuse(Refusals.explained(effects.unknownFunctions()));
            }
        } else if (tokens.is(inner, "SELECT")
                || tokens.is(inner, "WITH")
                || tokens.is(inner, "VALUES")) {
            new Queries(draft, schema, inner).classify();
            draft.returnsRows = true;
            draft.atMostOneRow = false;
        } else {
            draft.lockDatabase("EXPLAIN ANALYZE runs the statement");
        }
    }

    /** ANALYZE of tables, where that ends the transaction. */
    private boolean maintains() {
        boolean tables =
                tokens.count() == 1
                        || tokens.is(1, "TABLE")
                        || tokens.is(2, "TABLE")
                        || tokens.is(1, "SAMPLE_SIZE");
        return tables && (schema.has("mariadb") || schema.has("h2"));
    }

    private boolean isVerb(int i) {
        return switch (tokens.word(i)) {
            case "SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE" -> true;
            case "MERGE", "REPLACE", "CREATE", "EXECUTE", "CALL", "DECLARE", "REFRESH" -> true;
            default -> false;
        };
    }

    private void protectOwnSchema() {
        for (int i = 0; i < tokens.count(); i++) {
            boolean place =
                    tokens.isName(i)
                            && (tokens.symbol(i + 1, '.')
                                    || tokens.is(i - 1, "SCHEMA")
                                    || tokens.is(i - 1, "DATABASE")
                                    || tokens.is(i - 1, "EXISTS")
                                    || draft.kind == StatementKind.SESSION);
            if (place && schema.isOwn(tokens.name(i))) {
                draft.refuse(
                        "The schema %s belongs to Lockstep: its tables say what each database holds. Nothing may be changed there."
                                .formatted(tokens.name(i)));
                return;
            }
        }
    }
}
