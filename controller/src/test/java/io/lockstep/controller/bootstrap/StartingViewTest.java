package io.lockstep.controller.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lockstep.backends.Backends;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.config.BackendConfig;
import io.lockstep.controller.config.ConfigException;
import io.lockstep.controller.config.ControllerConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.View;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who serves from a start on, decided over embedded databases. */
class StartingViewTest {
    private static final String ONE = "CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(10))";
    private static final String OTHER = "CREATE TABLE notes (id INT PRIMARY KEY, body INT)";

    @TempDir private Path directory;

    private final List<BackendHandle> handles = new ArrayList<>();
    private String yaml =
            """
            virtualDatabases:
              - name: shop
                users: [{name: app, password: secret}]
                backends:
            """;

    @AfterEach
    void close() {
        handles.forEach(BackendHandle::close);
    }

    private StartingViewTest database(String name, String table, String... options)
            throws SQLException {
        String url = url(name);
        try (Connection connection = DriverManager.getConnection(url, "sa", "");
                Statement statement = connection.createStatement()) {
            statement.execute(table);
        }
        return declare(name, url, options);
    }

    private String url(String name) {
        return "jdbc:h2:file:" + directory.resolve(name) + ";WRITE_DELAY=0";
    }

    private StartingViewTest declare(String name, String url, String... options) {
        yaml +=
                "      - {name: %s, url: \"%s\", user: sa%s}%n"
                        .formatted(name, url, String.join("", options));
        return this;
    }

    private Map<String, View.Standing> decide(boolean first)
            throws ConfigException, StartException {
        VirtualDatabaseConfig config =
                ControllerConfig.parse("test", yaml, directory, Map.of()).virtualDatabases().get(0);
        Map<BackendHandle, Catalogue> reached = new LinkedHashMap<>();
        Map<BackendHandle, SQLException> failed = new LinkedHashMap<>();
        for (BackendConfig backend : config.backends()) {
            BackendHandle handle =
                    new BackendHandle(
                            Backends.open(
                                    backend.settings(Duration.ofSeconds(60)),
                                    getClass().getClassLoader()));
            handles.add(handle);
            try {
                reached.put(handle, handle.backend().readCatalogue());
            } catch (SQLException e) {
                failed.put(handle, e);
            }
        }
        return StartingView.of(config, first, new FirstContact(reached, failed));
    }

    private String refusal(boolean first) {
        return assertThrows(StartException.class, () -> decide(first)).getMessage();
    }

    @Test
    void equalSchemasAllServe() throws Exception {
        assertThat(database("a", ONE).database("b", ONE).decide(true)).isEmpty();
    }

    @Test
    void differingSchemasAreRefusedAtTheFirstStart() throws Exception {
        assertThat(database("a", ONE).database("b", OTHER).database("c", ONE).refusal(true))
                .contains("a and b differ", "notes.body", "source: true");
    }

    @Test
    void schemaWithoutItsRowsIsADifference() throws Exception {
        String filled = ONE + "; INSERT INTO notes SELECT x, 'x' FROM SYSTEM_RANGE(1, %d)";
        assertThat(
                        database("a", filled.formatted(3))
                                .database("b", filled.formatted(3))
                                .database("c", ONE)
                                .refusal(true))
                .contains("a and c differ", "table notes has 3 rows in a, but 0 rows in c");
        assertThat(decide(false)).isEmpty();
    }

    @Test
    void rowsAreNotCountedToTheEnd() throws Exception {
        String filled = ONE + "; INSERT INTO notes SELECT x, 'x' FROM SYSTEM_RANGE(1, %d)";
        database("a", filled.formatted(1001)).database("b", filled.formatted(5000));
        assertThat(decide(true)).isEmpty();
    }

    @Test
    void theNamedSourceIsBelievedAtTheFirstStart() throws Exception {
        Map<String, View.Standing> leaving =
                database("a", OTHER)
                        .database("b", ONE, ", source: true")
                        .database("c", ONE)
                        .decide(true);
        assertThat(leaving.keySet()).containsExactly("a");
        assertThat(leaving.get("a").state()).isEqualTo(BackendState.DISAGREED);
        assertThat(leaving.get("a").reason()).contains("notes.body");
    }

    @Test
    void minorityLeavesAtALaterStart() throws Exception {
        Map<String, View.Standing> leaving =
                database("a", OTHER).database("b", ONE).database("c", ONE).decide(false);
        assertThat(leaving.keySet()).containsExactly("a");
        assertThat(leaving.get("a").state()).isEqualTo(BackendState.DISAGREED);
    }

    @Test
    void oneAgainstOneIsRefusedAtALaterStartWhateverTheSourceWas() throws Exception {
        assertThat(database("a", ONE, ", source: true").database("b", OTHER).refusal(false))
                .contains("a and b differ", "notes.body")
                .doesNotContain("source: true");
    }

    @Test
    void oneDatabaseDeclaredTwiceIsRefused() throws Exception {
        String spelt = url("a").replace(";", ";DB_CLOSE_DELAY=0;");
        assertThat(database("a", ONE).declare("b", spelt).refusal(true))
                .contains("a and b are one and the same database");
    }

    @Test
    void oneThatCannotBeReachedIsLostButNeverTheSource() throws Exception {
        String gone = "jdbc:h2:tcp://127.0.0.1:1/./db;WRITE_DELAY=0";
        Map<String, View.Standing> leaving = database("a", ONE).declare("gone", gone).decide(true);
        assertThat(leaving.get("gone").state()).isEqualTo(BackendState.LOST);

        declare("source", gone.replace(":1/", ":2/"), ", source: true");
        assertThat(refusal(true)).contains("source", "cannot be reached");
        assertThat(decide(false).keySet()).containsExactly("gone", "source");
    }

    @Test
    void mistakeInTheDeclarationIsRefusedAtTheFirstStartOnly() throws Exception {
        declare("wrong", url("none").replace(";", ";IFEXISTS=TRUE;"));
        database("a", ONE);
        assertThat(refusal(true)).contains("wrong", "Nothing was changed");
        assertThat(decide(false).get("wrong").state()).isEqualTo(BackendState.LOST);
    }
}
