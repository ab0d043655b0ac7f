package io.lockstep.tests.harness.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.lockstep.tests.harness.FaultProxy;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.harness.database.TableContents;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/**
 * What a test's clients connect to: a controller of its own over fresh databases; or, with {@code
 * -Dlockstep.direct=true}, the first of these databases itself.
 *
 * <p>Backends are named {@code a}, {@code b}, ... in the order of the engines. The first PostgreSQL
 * is server 0, the second server 1.
 */
public final class TestedDatabase implements AutoCloseable {
    private final List<Database> backends;
    private final List<FaultProxy> proxies;

    /** Null when clients talk to the first database itself. */
    private final ControllerProcess controller;

    private TestedDatabase(
            List<Database> backends, List<FaultProxy> proxies, ControllerProcess controller) {
        this.backends = backends;
        this.proxies = proxies;
        this.controller = controller;
    }

    /** Something done to each database before the controller sees it. */
    public interface Preparation {
        void prepare(Database database) throws SQLException;
    }

    public static TestedDatabase over(Engine... engines) {
        return over(UnaryOperator.identity(), engines);
    }

    /**
     * Over fresh databases of these engines.
     *
     * @param settings changes to the configuration, such as {@code config ->
     *     config.set("lockTimeout", "2s")}
     */
    public static TestedDatabase over(UnaryOperator<ControllerConfig> settings, Engine... engines) {
        return over(settings, database -> {}, engines);
    }

    /** Over databases that hold something already, the same in each. */
    public static TestedDatabase over(
            UnaryOperator<ControllerConfig> settings, Preparation preparation, Engine... engines) {
        List<Database> backends = freshDatabases(engines);
        try {
            for (Database database : backends) {
                preparation.prepare(database);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot prepare " + backends, e);
        }
        return start(settings, backends, List.of());
    }

    /** Over fresh databases, with a proxy between the controller and each. */
    public static TestedDatabase behindProxies(
            UnaryOperator<ControllerConfig> settings, Engine... engines) {
        List<Database> backends = freshDatabases(engines);
        List<FaultProxy> proxies = new ArrayList<>();
        backends.forEach(database -> proxies.add(FaultProxy.to(database.server().port())));
        return start(settings, backends, List.copyOf(proxies));
    }

    private static List<Database> freshDatabases(Engine... engines) {
        List<Engine> wanted = TestSettings.direct() ? List.of(engines[0]) : List.of(engines);
        List<Database> databases = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Engine engine = wanted.get(i);
            databases.add(
                    Databases.fresh(engine, Collections.frequency(wanted.subList(0, i), engine)));
        }
        return List.copyOf(databases);
    }

    private static TestedDatabase start(
            UnaryOperator<ControllerConfig> settings,
            List<Database> backends,
            List<FaultProxy> proxies) {
        if (TestSettings.direct()) {
            return new TestedDatabase(backends, proxies, null);
        }
        ControllerConfig config = new ControllerConfig();
        for (int i = 0; i < backends.size(); i++) {
            Database database = backends.get(i);
            config.backend(
                    backendName(i),
                    proxies.isEmpty() ? database.url() : database.url(proxies.get(i).port()));
        }
        return new TestedDatabase(
                backends, proxies, ControllerProcess.start(settings.apply(config)));
    }

    public static String backendName(int index) {
        return Character.toString('a' + index);
    }

    /** Skips the calling test when there is no controller to test. */
    public static void requireController() {
        if (TestSettings.direct()) {
            abort("skipped: needs a controller, and this run is with -Dlockstep.direct=true");
        }
    }

    public String url() {
        if (controller != null) {
            return controller.url();
        }
        return proxies.isEmpty()
                ? backends.get(0).url()
                : backends.get(0).url(proxies.get(0).port());
    }

    public String user() {
        return Database.USER;
    }

    public String password() {
        return Database.PASSWORD;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), password());
    }

    /** Runs statements on a connection of their own, in auto-commit. */
    public void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    public List<Database> backends() {
        return backends;
    }

    public Database backend(int index) {
        return backends.get(index);
    }

    public FaultProxy proxy(int index) {
        return proxies.get(index);
    }

    public List<FaultProxy> proxies() {
        return proxies;
    }

    public ControllerProcess controller() {
        requireController();
        return controller;
    }

    /**
     * Waits until so many of them serve. If they do not, the failure says what they do instead, and
     * what the controller has logged about them.
     */
    public void awaitInService(int backends, Duration patience) {
        AdminApi admin = AdminApi.of(controller());
        Awaitility.await()
                .atMost(patience)
                .untilAsserted(
                        () ->
                                assertThat(admin.inService())
                                        .as(
                                                () ->
                                                        "in service%n%s%n%s"
                                                                .formatted(
                                                                        admin.json(
                                                                                        "/api/v1/backends")
                                                                                .toPrettyString(),
                                                                        controller().log()))
                                        .hasSize(backends));
    }

    /** Fails unless every backend holds the same rows; nobody may be writing. */
    public void assertBackendsEqual() throws SQLException {
        TableContents.assertSame(backends);
    }

    @Override
    public void close() {
        if (controller != null) {
            controller.close();
        }
        proxies.forEach(FaultProxy::close);
    }

    @Override
    public String toString() {
        return controller == null ? "direct " + backends.get(0) : "Lockstep over " + backends;
    }
}
