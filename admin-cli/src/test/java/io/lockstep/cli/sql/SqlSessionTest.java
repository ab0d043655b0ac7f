package io.lockstep.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What statements print, over an in-memory database in place of a controller. */
class SqlSessionTest {
    private static final String URL = "jdbc:h2:mem:sqlsession";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private SqlSession session;

    @BeforeEach
    void connect() throws SQLException {
        session = connect(new TableResultPrinter(new PrintWriter(out), false));
    }

    private SqlSession connect(ResultPrinter printer) throws SQLException {
        return SqlSession.connect(URL, "sa", "", printer, new PrintWriter(err));
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
    }

    @Test
    void rowsAreATableWithNumbersToTheRightAndNullsNamed() {
        assertThat(run("SELECT * FROM (VALUES (1, 'a'), (1234, NULL)) t(id, name)")).isTrue();
        assertThat(out.toString().lines())
                .containsExactly("  ID  NAME", "   1  a", "1234  NULL", "(2 rows)");
    }

    @Test
    void anEmptyResultStillShowsItsColumns() {
        run("SELECT 1 AS a, 2 AS b FROM dual WHERE 1 = 0");
        assertThat(out.toString().lines()).containsExactly("A  B", "(0 rows)");
    }

    @Test
    void aLargeResultIsPrintedInPages() {
        run("SELECT x FROM SYSTEM_RANGE(1, 2500)");
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(3 + 2500 + 1).endsWith("2500", "(2500 rows)");
    }

    @Test
    void longValuesAndLargeObjectsAreCutInTables() {
        run("SELECT REPEAT('x', 500) AS t, CAST(X'00ff' AS BLOB) AS b, CAST('c' AS CLOB) AS c");
        assertThat(out.toString())
                .contains("x".repeat(200) + "...  \\x00ff  c")
                .doesNotContain("x".repeat(201));
    }

    @Test
    void updateCountsAndDdlAreToldApartFromRows() {
        run("CREATE TABLE t (id INT PRIMARY KEY)");
        run("INSERT INTO t VALUES (1), (2)");
        run("DELETE FROM t WHERE id = 1");
        assertThat(out.toString().lines())
                .containsExactly("(0 rows changed)", "(2 rows changed)", "(1 row changed)");
    }

    @Test
    void errorsHaveTheirSqlStateAndLine() {
        assertThat(session.run(new StatementSplitter.Statement("SELECT * FROM nowhere", 7)))
                .isFalse();
        assertThat(err.toString()).startsWith("ERROR 42S0").contains(" (line 7): ");
        assertThat(run("SELECT 1")).as("the session lives on").isTrue();
    }

    @Test
    void beginCommitAndRollbackAreTransactions() throws SQLException {
        run("CREATE TABLE t (id INT PRIMARY KEY)");
        try (SqlSession other = connect(new TableResultPrinter(new PrintWriter(out), false))) {
            run("begin");
            assertThat(session.isInTransaction()).isTrue();
            run("INSERT INTO t VALUES (1)");
            run("ROLLBACK");
            assertThat(session.isInTransaction()).isFalse();
            run("START  TRANSACTION");
            run("INSERT INTO t VALUES (2)");
            run("COMMIT");
            out.getBuffer().setLength(0);
            other.run(new StatementSplitter.Statement("SELECT id FROM t", 1));
        }
        assertThat(out.toString().lines()).containsExactly("ID", " 2", "(1 row)");
    }

    @Test
    void jsonIsOneDocumentALine() throws SQLException {
        try (SqlSession json = connect(new JsonResultPrinter(new PrintWriter(out)))) {
            json.run(
                    new StatementSplitter.Statement(
                            "SELECT 12345678901234567890.10 AS n, 'a\"b' AS s, NULL AS s, TRUE AS b",
                            1));
            json.run(new StatementSplitter.Statement("CREATE TABLE j (id INT)", 1));
            json.run(new StatementSplitter.Statement("INSERT INTO j VALUES (1)", 1));
        }
        assertThat(out.toString().lines())
                .containsExactly(
                        "[{\"N\":12345678901234567890.10,\"S\":\"a\\\"b\",\"S_2\":null,\"B\":true}]",
                        "{\"updateCount\":0}",
                        "{\"updateCount\":1}");
    }

    private boolean run(String text) {
        return session.run(new StatementSplitter.Statement(text, 1));
    }
}
