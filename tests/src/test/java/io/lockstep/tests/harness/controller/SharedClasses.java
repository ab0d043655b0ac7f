package io.lockstep.tests.harness.controller;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import io.lockstep.tests.harness.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The controller jar's classes, parsed and verified once, in the JVM's own archive (class data
 * sharing). A test run starts some hundred controllers, and loading classes is half of what each
 * start costs. A JVM that does not like the archive, because the jar is another one, ignores it.
 */
final class SharedClasses {
    private static final String ARCHIVE = "controller-classes.jsa";
    private static final Pattern READY = Pattern.compile("^ready .*");
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private SharedClasses() {}

    /**
     * The option that names the archive of {@code jar}; makes it first if the jar is newer, with a
     * controller that runs for a moment.
     */
    static synchronized String option(Path jar) {
        Path archive = BuildLayout.testsTarget().resolve(ARCHIVE);
        try {
            if (!Files.exists(archive)
                    || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar))
                            < 0) {
                make(jar, archive);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("cannot make " + archive, e);
        }
        return "-XX:SharedArchiveFile=" + archive;
    }

    /** Under another name first: test runs side by side may make it at the same time. */
    private static void make(Path jar, Path archive) throws IOException, SQLException {
        Path directory = Files.createDirectories(BuildLayout.runDirectory().resolve("archive"));
        Path made = directory.resolve(ARCHIVE);
        ControllerConfig config = sample(directory);
        List<String> command =
                JavaCommand.withHeap("256m")
                        .option("-XX:ArchiveClassesAtExit=" + made)
                        .jar(
                                jar,
                                Files.writeString(directory.resolve("c.yaml"), config.yaml())
                                        .toString());
        try (ChildProcess controller =
                ChildProcess.start("archive", directory, Map.of(), command)) {
            controller.awaitLine(READY, TIMEOUT);
            work(config);
            controller.terminate();
            controller.awaitExit(TIMEOUT);
        }
        Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
    }

    /** All four engines' drivers; the servers that are not there are tried, which loads them. */
    private static ControllerConfig sample(Path directory) {
        return new ControllerConfig()
                .backend("derby", "jdbc:derby:directory:" + directory + "/derby;create=true")
                .backend("h2", "jdbc:h2:file:" + directory + "/h2;WRITE_DELAY=0")
                .backend("postgresql", "jdbc:postgresql://127.0.0.1:1/none")
                .backend("mariadb", "jdbc:mariadb://127.0.0.1:1/none");
    }

    private static void work(ControllerConfig config) throws SQLException {
        String url =
                "jdbc:lockstep://127.0.0.1:"
                        + config.clientPort()
                        + "/"
                        + ControllerConfig.VIRTUAL_DATABASE;
        try (Connection connection =
                        DriverManager.getConnection(url, Database.USER, Database.PASSWORD);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20))");
            statement.execute("INSERT INTO t VALUES (1, 'a')");
            connection.setAutoCommit(false);
            statement.execute("UPDATE t SET name = 'b' WHERE id = 1");
            statement.executeQuery("SELECT * FROM t").close();
            connection.commit();
        }
    }
}
