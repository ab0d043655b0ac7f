package io.lockstep.tests.harness.database;

import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import java.nio.file.Path;
import java.sql.SQLException;

/** An H2 TCP server in a JVM of its own. */
final class H2Process extends DatabaseProcess {
    H2Process(String name, Path directory) {
        super(Engine.H2, name, directory);
    }

    @Override
    ChildProcess launch() {
        return launch(
                JavaCommand.withHeap("256m")
                        .main(
                                ServerMain.class,
                                "h2",
                                Integer.toString(port()),
                                directory().toString()));
    }

    @Override
    public Database createDatabase(String databaseName) throws SQLException {
        connect(databaseName).close();
        return new Database(this, databaseName);
    }

    /**
     * Without WRITE_DELAY=0 H2 forgets acknowledged commits when it is killed; without ./ it
     * refuses the name as not absolute.
     */
    @Override
    String url(int clientPort, String databaseName) {
        return "jdbc:h2:tcp://127.0.0.1:" + clientPort + "/./" + databaseName + ";WRITE_DELAY=0";
    }

    @Override
    void probe() throws SQLException {
        connect("probe").close();
    }
}
