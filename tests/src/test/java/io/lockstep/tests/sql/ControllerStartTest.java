package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.LoopbackPorts;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.ControllerProcess;
import io.lockstep.tests.harness.controller.ControllerProcess.Ended;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void portInUseIsNamed() throws Exception {
        Database database = Databases.fresh(Engine.POSTGRESQL, 0);
        ControllerConfig config = new ControllerConfig().backend("a", database);
        try (ServerSocket occupant =
                new ServerSocket(config.clientPort(), 1, InetAddress.getLoopbackAddress())) {
            Ended ended = ControllerProcess.runToEnd(config.yaml());
            assertThat(ended.exitCode()).isEqualTo(FAILED);
            assertThat(ended.errors()).contains(Integer.toString(occupant.getLocalPort()));
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
