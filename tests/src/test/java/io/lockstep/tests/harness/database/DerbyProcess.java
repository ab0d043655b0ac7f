package io.lockstep.tests.harness.database;

import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A Derby network server in a JVM of its own. Derby forces its log at every commit unless told
 * otherwise.
 */
final class DerbyProcess extends DatabaseProcess {
    DerbyProcess(String name, Path directory) {
        super(Engine.DERBY, name, directory);
    }

    @Override
    ChildProcess launch() {
        return launch(
                JavaCommand.withHeap("256m")
                        .main(
                                ServerMain.class,
                                "derby",
                                Integer.toString(port()),
                                directory().toString()));
    }

    /**
     * Connecting creates it; the URL keeps saying so, which does nothing to one that exists but for
     * a warning.
     */
    @Override
    public Database createDatabase(String databaseName) throws SQLException {
        connect(databaseName).close();
        return new Database(this, databaseName);
    }

    @Override
    String url(int clientPort, String databaseName) {
        return "jdbc:derby://127.0.0.1:" + clientPort + "/" + databaseName + ";create=true";
    }

    @Override
    void probe() throws SQLException {
        connect("probe").close();
    }
}
