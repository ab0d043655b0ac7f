package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.controller.ControllerProcess;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of config-examples starts as it is: only the environment says where this test's
 * databases are.
 */
class ConfigExamplesTest {
    /** A server's variables all begin alike: {@code PG_A_PORT}, {@code PG_A_DATABASE} and so on. */
    private static final Pattern SERVER_VARIABLE =
            Pattern.compile("\\$\\{(([A-Z0-9]+)(?:_[A-Z])?)_PORT\\b");

    private static final Pattern VIRTUAL_DATABASE =
            Pattern.compile("- name: (\\w+)\\s+users: \\[\\{name: (\\w+)");
    private static final String APP_PASSWORD = "chosen-by-the-test";

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(BuildLayout.root().resolve("config-examples"))) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void exampleStartsServesAndStops(Path example) throws Exception {
        String yaml = Files.readString(example);
        Matcher virtualDatabase = VIRTUAL_DATABASE.matcher(yaml);
        assertThat(virtualDatabase.find())
                .as("a virtual database with a user in " + example)
                .isTrue();
        String password = yaml.contains("LOCKSTEP_APP_PASSWORD") ? APP_PASSWORD : Database.PASSWORD;

        try (ControllerProcess controller = ControllerProcess.start(example, environment(yaml))) {
            try (Connection connection =
                            DriverManager.getConnection(
                                    controller.url(virtualDatabase.group(1)),
                                    virtualDatabase.group(2),
                                    password);
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "CREATE TABLE example (id INT NOT NULL PRIMARY KEY, name VARCHAR(50))");
                assertThat(statement.executeUpdate("INSERT INTO example VALUES (1, 'one')"))
                        .isEqualTo(1);
                assertThat(SqlQueries.number(connection, "SELECT COUNT(*) FROM example"))
                        .isEqualTo(1);
            }
            assertThat(controller.stop()).isZero();
        }
    }

    private static Map<String, String> environment(String yaml) throws IOException {
        Path data = Files.createTempDirectory(BuildLayout.runDirectory(), "example-data-");
        Map<String, String> environment = new HashMap<>();
        environment.put("LOCKSTEP_PORT", "0");
        environment.put("LOCKSTEP_ADMIN_PORT", "0");
        environment.put("LOCKSTEP_DATA", data.toString());
        environment.put("LOCKSTEP_APP_PASSWORD", APP_PASSWORD);
        Map<Engine, Integer> servers = new EnumMap<>(Engine.class);
        for (String prefix : serverPrefixes(yaml)) {
            Engine engine = engine(prefix);
            int index = servers.merge(engine, 1, Integer::sum) - 1;
            Database database = Databases.fresh(engine, index);
            environment.put(prefix + "_PORT", Integer.toString(database.server().port()));
            environment.put(
                    prefix + "_DATABASE", (engine == Engine.H2 ? "./" : "") + database.name());
            environment.put(prefix + "_USER", Database.USER);
            environment.put(prefix + "_PASSWORD", Database.PASSWORD);
        }
        return environment;
    }

    private static Set<String> serverPrefixes(String yaml) {
        Set<String> prefixes = new TreeSet<>();
        SERVER_VARIABLE
                .matcher(yaml)
                .results()
                .map((MatchResult found) -> found.group(1))
                .forEach(prefixes::add);
        prefixes.removeIf(prefix -> prefix.startsWith("LOCKSTEP"));
        return prefixes;
    }

    private static Engine engine(String prefix) {
        return switch (prefix.split("_", -1)[0]) {
            case "PG" -> Engine.POSTGRESQL;
            case "MARIADB" -> Engine.MARIADB;
            case "DERBY" -> Engine.DERBY;
            case "H2" -> Engine.H2;
            default ->
                    throw new AssertionError(
                            "an example reads "
                                    + prefix
                                    + "_PORT; teach this test which database that is");
        };
    }
}
