package io.lockstep.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.sql.StatementSplitter.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatementSplitterTest {
    @Test
    void statementsEndAtSemicolonsAndKnowTheirLine() {
        assertThat(split(false, "SELECT 1; SELECT\n  2;\n\n;;\nSELECT 3"))
                .containsExactly(
                        new Statement("SELECT 1", 1),
                        new Statement("SELECT\n  2", 1),
                        new Statement("SELECT 3", 5));
    }

    @Test
    void semicolonsInsideQuotesAndCommentsDoNotCount() {
        assertThat(texts(false, "SELECT 'a;b''c;', \"x;\"\"y\", `z;` ; SELECT 2"))
                .containsExactly("SELECT 'a;b''c;', \"x;\"\"y\", `z;`", "SELECT 2");
        assertThat(texts(false, "SELECT 1 -- not; here\n + 1; SELECT /* nor;\n here; */ 2;"))
                .containsExactly("SELECT 1 -- not; here\n + 1", "SELECT /* nor;\n here; */ 2");
        assertThat(texts(false, "CREATE FUNCTION f() AS $$ a; b; $$; DO $x$ $$; $x$; SELECT 3"))
                .containsExactly(
                        "CREATE FUNCTION f() AS $$ a; b; $$", "DO $x$ $$; $x$", "SELECT 3");
    }

    @Test
    void aDollarInsideANameOrAParameterQuotesNothing() {
        assertThat(texts(false, "SELECT a$b$c; SELECT $1; SELECT 2$"))
                .containsExactly("SELECT a$b$c", "SELECT $1", "SELECT 2$");
    }

    @Test
    void aBackslashProtectsAQuoteOnlyWhereTheDatabaseSaysSo() {
        String script = "SELECT 'it\\'s; one'; SELECT 2";
        assertThat(texts(true, script)).containsExactly("SELECT 'it\\'s; one'", "SELECT 2");
        assertThat(texts(false, "SELECT '\\'; SELECT 2"))
                .containsExactly("SELECT '\\'", "SELECT 2");
    }

    @Test
    void commentsAloneAreNoStatementButExecutableOnesAre() {
        assertThat(texts(false, "-- nothing;\n/* nothing; */ ;\n")).isEmpty();
        assertThat(texts(true, "/*!40101 SET x = 1 */;")).containsExactly("/*!40101 SET x = 1 */");
    }

    @Test
    void whatIsUnfinishedWaitsForTheNextLine() {
        StatementSplitter splitter = new StatementSplitter(false);
        assertThat(splitter.line("INSERT INTO t VALUES ('a;")).isEmpty();
        assertThat(splitter.isInsideQuotes()).isTrue();
        assertThat(splitter.isEmpty()).isFalse();
        assertThat(splitter.line("b');"))
                .containsExactly(new Statement("INSERT INTO t VALUES ('a;\nb')", 1));
        assertThat(splitter.isEmpty()).isTrue();
        splitter.line("SELECT");
        splitter.clear();
        assertThat(splitter.isEmpty()).isTrue();
        assertThat(splitter.end()).isEmpty();
    }

    private static List<String> texts(boolean backslashEscapes, String script) {
        return split(backslashEscapes, script).stream().map(Statement::text).toList();
    }

    private static List<Statement> split(boolean backslashEscapes, String script) {
        StatementSplitter splitter = new StatementSplitter(backslashEscapes);
        List<Statement> statements = new ArrayList<>();
        script.lines().forEach(line -> statements.addAll(splitter.line(line)));
        statements.addAll(splitter.end());
        return statements;
    }
}
