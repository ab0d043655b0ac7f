package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.FaultProxy;
import io.lockstep.tests.harness.LoopbackPorts;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.ControllerProcess;
import io.lockstep.tests.harness.controller.ControllerProcess.Ended;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a controller starts, or says why it does not. */
class ControllerStartTest {
    private static final int FAILED = 1;
    private static final int BAD_CONFIGURATION = 2;

    @BeforeEach
    void onlyWithController() {
        TestedDatabase.requireController();
    }

    @Test
    void badConfigurationNamesEveryProblemAtOnce() {
        String yaml =
                """
                listen: 127.0.0.1:99999
                dataDir: data
                virtualDatabases:
                  - name: shop
                    users: [{name: app, password: secret}]
                    readBalancer: best
                    lockTimeOut: 3s
                    backends:
                      - {name: a, url: "jdbc:postgresql://127.0.0.1:5432/shop", user: app, password: hidden-password}
                      - {name: a, url: "jdbc:postgresql://127.0.0.1:5433/shop", user: app, password: hidden-password}
                """;
        Ended ended = ControllerProcess.runToEnd(yaml);
        assertThat(ended.exitCode()).isEqualTo(BAD_CONFIGURATION);
        assertThat(ended.errors())
                .contains("listen")
                .contains("readBalancer")
                .contains("lockTimeOut")
                .contains("backends");
        assertThat(ended.errors()).doesNotContain("hidden-password");
        assertThat(ControllerProcess.runToEnd(yaml, "--check").exitCode())
                .isEqualTo(BAD_CONFIGURATION);
    }

    @Test
    void checkAcceptsAGoodFileAndStartsNothing() {
        Database database = Databases.fresh(Engine.POSTGRESQL, 0);
        Ended ended =
                ControllerProcess.runToEnd(
                        new ControllerConfig().backend("a", database).yaml(), "--check");
        assertThat(ended.errors() + ended.output()).doesNotContain("ready clients");
        assertThat(ended.exitCode()).isZero();
    }

    @ParameterizedTest(name = "administrators'' port: {0}")
    @ValueSource(booleans = {false, true})
    void portInUseIsNamedAndNothingIsChanged(boolean admin) throws Exception {
        Database database = Databases.fresh(Engine.POSTGRESQL, 0);
        ControllerConfig config =
                new ControllerConfig()
                        .backend("here", database)
                        .backend(
                                "away",
                                "jdbc:postgresql://127.0.0.1:" + LoopbackPorts.next() + "/shop");
        int port = admin ? config.adminPort() : config.clientPort();
        try (ServerSocket occupant = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            Ended ended = ControllerProcess.runToEnd(config.yaml());
            assertThat(ended.exitCode()).isEqualTo(FAILED);
            assertThat(ended.errors())
                    .contains(Integer.toString(occupant.getLocalPort()))
                    .doesNotContain("leaves service");
        }
    }

    @Test
    void unreachableBackendIsLeftOutAndNamed() throws Exception {
        Database database = Databases.fresh(Engine.POSTGRESQL, 0);
        ControllerConfig config =
                new ControllerConfig()
                        .backend("here", database)
                        .backend(
                                "gone",
                                "jdbc:postgresql://127.0.0.1:" + LoopbackPorts.next() + "/shop");
        try (ControllerProcess controller = ControllerProcess.start(config);
                Connection connection = controller.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE notes (id INT PRIMARY KEY)");
            assertThat(statement.executeUpdate("INSERT INTO notes VALUES (1)")).isEqualTo(1);
            assertThat(controller.log()).contains("gone");
            assertThat(controller.stop()).isZero();
        }
    }

    @Test
    void backendsThatDifferAreRefusedUnlessOneIsTheSource() throws Exception {
        Database a = Databases.fresh(Engine.POSTGRESQL, 0);
        Database b = Databases.fresh(Engine.POSTGRESQL, 1);
        a.execute("CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(10))");
        b.execute("CREATE TABLE notes (id INT PRIMARY KEY, body VARCHAR(20))");

        Ended ended =
                ControllerProcess.runToEnd(
                        new ControllerConfig().backend("a", a).backend("b", b).yaml());
        assertThat(ended.exitCode()).isEqualTo(FAILED);
        assertThat(ended.errors()).contains("a and b differ", "notes.body", "source: true");

        ControllerConfig config =
                new ControllerConfig().backend("a", a).backend("b", b.url(), "source: true");
        try (ControllerProcess controller = ControllerProcess.start(config)) {
            assertThat(controller.log()).contains("a leaves service as DISAGREED");
            insertLongNote(controller, 1);
            assertThat(controller.stop()).isZero();
            controller.restart();
            insertLongNote(controller, 2);
        }
        assertThat(TableContents.of(a).rowCount("notes")).isZero();
        assertThat(TableContents.of(b).rowCount("notes")).isEqualTo(2);
    }

    /** Too long for the column of the database that is not the source. */
    private static void insertLongNote(ControllerProcess controller, int id) throws SQLException {
        try (Connection connection = controller.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO notes VALUES (" + id + ", 'fifteen letters')");
        }
    }

    /** Its schema was restored, its rows were not. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void databaseWithoutTheOthersRowsIsRefused(Engine engine) throws Exception {
        Database full = Databases.fresh(Engine.POSTGRESQL, 0);
        Database empty = Databases.fresh(engine, 1);
        full.execute("CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY)");
        empty.execute("CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY)");
        full.execute("INSERT INTO orders VALUES (1)", "INSERT INTO orders VALUES (2)");
        Ended ended =
                ControllerProcess.runToEnd(
                        new ControllerConfig().backend("a", full).backend("b", empty).yaml());
        assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(FAILED);
        assertThat(ended.errors()).contains("table orders has 2 rows in a, but 0 rows in b");
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void oneDatabaseUnderTwoNamesIsRefused(Engine engine) {
        Database database = Databases.fresh(engine, 0);
        try (FaultProxy proxy = FaultProxy.to(database.server().port())) {
            boolean seenThroughAProxy = engine == Engine.POSTGRESQL || engine == Engine.MARIADB;
            String again =
                    seenThroughAProxy
                            ? database.url(proxy.port())
                            : database.url().replace("127.0.0.1", "localhost");
            Ended ended =
                    ControllerProcess.runToEnd(
                            new ControllerConfig()
                                    .backend("a", database)
                                    .backend("b", again)
                                    .yaml());
            assertThat(ended.exitCode()).as(ended.errors()).isEqualTo(FAILED);
            assertThat(ended.errors()).contains("one and the same database");
        }
    }

    @Test
    void wrongPasswordIsRefusedAtTheFirstStartAndNotPrinted() {
        Database database = Databases.fresh(Engine.H2, 0);
        String yaml = new ControllerConfig().backend("a", database).yaml();
        int backends = yaml.indexOf("backends:");
        String wrong =
                yaml.substring(0, backends)
                        + yaml.substring(backends)
                                .replace("password: " + Database.PASSWORD, "password: mistyped");
        Ended ended = ControllerProcess.runToEnd(wrong);
        assertThat(ended.exitCode()).isEqualTo(FAILED);
        assertThat(ended.errors()).contains("backend a", "password").doesNotContain("mistyped");
    }

    @Test
    void stopDuringAStartThatWaitsForADatabaseIsClean() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            silent.setSoTimeout(30_000);
            String url = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/shop";
            Ended ended =
                    ControllerProcess.terminateAfter(
                            silent::accept, new ControllerConfig().backend("a", url).yaml());
            assertThat(ended.exitCode()).as(ended.errors()).isZero();
            assertThat(ended.output()).doesNotContain("ready");
        }
    }

    @Test
    void aSecondControllerOverTheSameDataIsRefusedAndTheFirstServesOn() throws Exception {
        Database database = Databases.fresh(Engine.H2, 0);
        try (ControllerProcess first =
                ControllerProcess.start(new ControllerConfig().backend("a", database))) {
            Path data = first.directory().resolve("data");
            Ended second =
                    ControllerProcess.runToEnd(
                            new ControllerConfig()
                                    .backend("a", database)
                                    .yaml()
                                    .replace("dataDir: data", "dataDir: " + data));
            assertThat(second.exitCode()).isEqualTo(FAILED);
            assertThat(second.errors()).contains(data + " is in use by another controller");
            try (Connection connection = first.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE notes (id INT PRIMARY KEY)");
            }
        }
    }

    /** As one that has to be created, or is recovering, on a busy machine. */
    @Test
    void databaseThatIsSlowToAnswerIsWaitedFor() {
        Database database = Databases.fresh(Engine.POSTGRESQL, 0);
        Database slow = Databases.fresh(Engine.POSTGRESQL, 1);
        try (FaultProxy proxy = FaultProxy.to(slow.server().port())) {
            proxy.freeze();
            ControllerConfig config =
                    new ControllerConfig()
                            .backend("a", database)
                            .backend("slow", slow.url(proxy.port()));
            Ended ended =
                    ControllerProcess.terminateAfter(
                            () -> {
                                Awaitility.await()
                                        .atMost(Duration.ofSeconds(30))
                                        .until(() -> proxy.accepted() > 1);
                                proxy.thaw();
                                return Awaitility.await()
                                        .atMost(Duration.ofSeconds(30))
                                        .until(() -> listens(config.clientPort()), up -> up);
                            },
                            config.yaml());
            assertThat(ended.exitCode()).as(ended.errors()).isZero();
            assertThat(ended.errors())
                    .contains("slow does not answer yet")
                    .doesNotContain("leaves service");
        }
    }

    private static boolean listens(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    @Test
    void noReachableBackendAtAllIsAFailure() {
        ControllerConfig config =
                new ControllerConfig()
                        .backend(
                                "gone",
                                "jdbc:postgresql://127.0.0.1:" + LoopbackPorts.next() + "/shop");
        Ended ended = ControllerProcess.runToEnd(config.yaml());
        assertThat(ended.exitCode()).isEqualTo(FAILED);
        assertThat(ended.errors()).contains("gone");
    }
}
