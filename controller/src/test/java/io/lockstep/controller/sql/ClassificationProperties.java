package io.lockstep.controller.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.dialect.Dialect;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the text, an answer comes; and nothing that writes is called a read. */
class ClassificationProperties {
    /** Each of these changes something wherever a SELECT can hold it. */
    private static final List<String> CHANGING =
            List.of(
                    "nextval('order_seq')",
                    "setval('order_seq', 1)",
                    "touch(1)",
                    "app.f(1)",
                    "pg_advisory_lock(1)",
                    "no_such_function()",
                    "NEXT VALUE FOR order_seq",
                    "order_seq.NEXTVAL",
                    "public.touch(2)",
                    "lo_unlink(4)");

    @Property
    void classifyingNeverThrows(@ForAll("soup") String text, @ForAll("engines") String engines) {
        StatementClass statement = Corpus.classify(engines, text);
        exercise(statement, engines);
    }

    @Property
    void classifyingNeverThrowsOnDamagedStatements(
            @ForAll("damaged") String text, @ForAll("engines") String engines) {
        exercise(Corpus.classify(engines, text), engines);
    }

    private static void exercise(StatementClass statement, String engines) {
        assertThat(statement.kind()).isNotNull();
        assertThat(statement.kind() == StatementKind.REFUSED)
                .isEqualTo(statement.refusal() != null);
        assertThat(statement.kind() == StatementKind.TRANSACTION)
                .isEqualTo(statement.transactionVerb() != null);
        List<Object> parameters =
                new ArrayList<>(Collections.nCopies(statement.parameterCount(), 1L));
        assertThat(statement.locks(List.of(parameters))).doesNotContainNull();
        assertThat(statement.locks(List.of(List.of()))).doesNotContainNull();
        assertThat(statement.tableLocks()).doesNotContainNull();
        DecidedValues values = new DecidedValues(Instant.EPOCH, Instant.EPOCH, ZoneOffset.UTC);
        for (Dialect dialect : TestDialects.of(engines)) {
            StatementClass.Forwarded sent = statement.forward(dialect, parameters, values);
            assertThat(sent.text()).isNotNull();
            if (statement.parametersUnchanged()) {
                assertThat(sent.parameters()).isEqualTo(parameters);
            }
        }
        assertThat(statement.explain()).isNotEmpty();
    }

    @Property
    void aChangingExpressionMakesAWriteWhereverItStands(
            @ForAll("queries") String query, @ForAll("engines") String engines) {
        StatementClass statement = Corpus.classify(engines, query);
        assertThat(statement.kind()).as(query).isNotEqualTo(StatementKind.READ);
    }

    @Property
    void aWritingStatementInsideMakesAWrite(
            @ForAll("modifyingQueries") String query, @ForAll("engines") String engines) {
        assertThat(Corpus.classify(engines, query).kind())
                .as(query)
                .isNotEqualTo(StatementKind.READ);
    }

    @Property
    void whatStandsBehindASemicolonIsNeverSwallowed(
            @ForAll("reads") String first,
            @ForAll("writes") String second,
            @ForAll("engines") String engines) {
        assertThat(Corpus.classify(engines, first + ";" + second).kind())
                .isEqualTo(StatementKind.REFUSED);
    }

    @Provide
    static Arbitrary<String> engines() {
        return Arbitraries.of("pg", "h2", "derby", "maria", "pg+h2", "pg+derby", "*");
    }

    @Provide
    static Arbitrary<String> soup() {
        Arbitrary<String> words =
                Arbitraries.of(
                        "SELECT",
                        "INSERT",
                        "INTO",
                        "VALUES",
                        "UPDATE",
                        "SET",
                        "DELETE",
                        "FROM",
                        "WHERE",
                        "customer",
                        "orders",
                        "id",
                        "=",
                        "?",
                        "AND",
                        "OR",
                        "(",
                        ")",
                        ",",
                        "'x'",
                        "1",
                        "-",
                        "NULL",
                        "IN",
                        "FOR",
                        "WITH",
                        "AS",
                        "MERGE",
                        "USING",
                        "ON",
                        "CREATE",
                        "TABLE",
                        "ALTER",
                        "ADD",
                        "BLOB",
                        "DROP",
                        "PRIMARY",
                        "KEY",
                        "CALL",
                        "{",
                        "}",
                        "fn",
                        "now()",
                        "random()",
                        "CURRENT_TIMESTAMP",
                        "LIMIT",
                        "ORDER",
                        "BY",
                        "LOCK",
                        "GRANT",
                        "EXPLAIN",
                        "ANALYZE",
                        "SAVEPOINT",
                        "ROLLBACK",
                        "TO",
                        "BEGIN",
                        "DEFAULT",
                        ".",
                        ";",
                        "/*",
                        "*/",
                        "--",
                        "\n",
                        "\"",
                        "`",
                        "$$",
                        "@x",
                        "RENAME",
                        "TRUNCATE",
                        "COMMENT",
                        "REFERENCES",
                        "nextval(",
                        "CURRENT",
                        "DATE");
        return words.list().ofMaxSize(30).map(list -> String.join(" ", list));
    }

    /** Statements of the corpus with pieces cut out or doubled. */
    @Provide
    static Arbitrary<String> damaged() throws IOException {
        List<String> statements = Corpus.read().stream().map(Corpus.Entry::sql).toList();
        return Combinators.combine(
                        Arbitraries.of(statements),
                        Arbitraries.integers().between(0, 200),
                        Arbitraries.integers().between(0, 30))
                .as(
                        (sql, at, length) -> {
                            int from = Math.min(at, sql.length());
                            int to = Math.min(from + length, sql.length());
                            return length % 3 == 0
                                    ? sql.substring(0, to) + sql.substring(from)
                                    : sql.substring(0, from) + sql.substring(to);
                        });
    }

    @Provide
    static Arbitrary<String> reads() {
        return Arbitraries.of(
                "SELECT 1", "SELECT * FROM customer", "VALUES 1", "SELECT 'a' /* b */ FROM orders");
    }

    @Provide
    static Arbitrary<String> writes() {
        return Arbitraries.of(
                "DELETE FROM customer",
                " -- x\n UPDATE customer SET name = 'x'",
                "/* */DROP TABLE t",
                "COMMIT",
                "x");
    }

    @Provide
    static Arbitrary<String> queries() {
        Arbitrary<String> shapes =
                Arbitraries.of(
                        "SELECT %s",
                        "SELECT a, %s FROM customer",
                        "SELECT * FROM customer WHERE id = %s",
                        "SELECT * FROM customer ORDER BY %s",
                        "SELECT CASE WHEN a = 1 THEN %s ELSE 2 END FROM plain",
                        "WITH x AS (SELECT %s) SELECT * FROM x",
                        "SELECT (SELECT %s) FROM customer",
                        "SELECT * FROM customer WHERE id IN (SELECT %s)",
                        "VALUES (%s)",
                        "SELECT 1 UNION SELECT %s",
                        "SELECT coalesce(1, %s) /* hint */ FROM customer",
                        "EXPLAIN ANALYZE SELECT %s",
                        "SELECT count(*) FROM customer HAVING %s > 1",
                        "(SELECT %s)",
                        "SELECT 'text' || %s || 'it''s' FROM customer",
                        "SELECT -- comment\n %s",
                        "SELECT * FROM customer LIMIT %s",
                        "SELECT sum(a) OVER (PARTITION BY %s) FROM plain");
        return Combinators.combine(
                        shapes, Arbitraries.of(CHANGING), Arbitraries.of(" ", "\n", "\t"))
                .as((shape, changing, space) -> shape.formatted(changing).replace(" ", space));
    }

    @Provide
    static Arbitrary<String> modifyingQueries() {
        return Combinators.combine(
                        Arbitraries.of(
                                "WITH x AS (%s RETURNING id) SELECT * FROM x",
                                "WITH x AS MATERIALIZED (%s RETURNING *) SELECT 1",
                                "WITH a AS (SELECT 1), b AS (%s RETURNING id) SELECT * FROM a, b",
                                "SELECT * FROM FINAL TABLE (%s)",
                                "EXPLAIN ANALYZE %s",
                                "EXPLAIN (ANALYZE, VERBOSE) %s"),
                        Arbitraries.of(
                                "INSERT INTO counter (name, n) VALUES ('a', 1)",
                                "UPDATE customer SET name = 'x'",
                                "DELETE FROM customer WHERE id = 1",
                                "MERGE INTO counter USING customer ON true WHEN MATCHED THEN DELETE"))
                .as(String::formatted);
    }
}
