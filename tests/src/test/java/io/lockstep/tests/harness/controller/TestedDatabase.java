package io.lockstep.tests.harness.controller;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

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
        return create(false, settings, engines);
    }

    /** The same with a proxy between the controller and each backend. */
    public static TestedDatabase behindProxies(
            UnaryOperator<ControllerConfig> settings, Engine... engines) {
        return create(true, settings, engines);
    }

    private static TestedDatabase create(
            boolean proxied, UnaryOperator<ControllerConfig> settings, Engine... engines) {
        List<Engine> wanted = TestSettings.direct() ? List.of(engines[0]) : List.of(engines);
        List<Database> backends = new ArrayList<>();
        List<FaultProxy> proxies = new ArrayList<>();
        ControllerConfig config = new ControllerConfig();
        for (int i = 0; i < wanted.size(); i++) {
            Engine engine = wanted.get(i);
            Database database =
                    Databases.fresh(engine, Collections.frequency(wanted.subList(0, i), engine));
            backends.add(database);
            if (proxied) {
                proxies.add(FaultProxy.to(database.server().port()));
            }
            String url = proxied ? database.url(proxies.get(i).port()) : database.url();
            config.backend(backendName(i), url);
        }
        ControllerProcess controller =
                TestSettings.direct() ? null : ControllerProcess.start(settings.apply(config));
        return new TestedDatabase(List.copyOf(backends), List.copyOf(proxies), controller);
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
