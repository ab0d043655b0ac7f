package io.lockstep.tests.divergence;

import io.lockstep.protocol.SqlState;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.FaultProxy;
import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.database.DatabaseProcess;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What is done to databases, connections and clients in the middle of their work. */
enum Trouble {
    /** A database stops for less than the heartbeat's patience: it stays. */
    SHORT_FREEZE {
        @Override
        void make(DivergenceRun run) throws Exception {
            for (int i = 0; i < 3; i++) {
                DatabaseProcess server = server(run);
                server.freeze();
                try {
                    pause(run, 300);
                } finally {
                    server.thaw();
                }
                pause(run, 300);
            }
        }
    },

    /**
     * A database stops for longer: it leaves, what it does when it wakes up hurts nobody, and it
     * comes back.
     */
    FREEZE {
        @Override
        void make(DivergenceRun run) throws Exception {
            run.anyComesBack();
            int victim = run.random().nextInt(run.database().backends().size());
            DatabaseProcess server = run.database().backend(victim).server();
            server.freeze();
            try {
                pause(run, 5000);
            } finally {
                server.thaw();
            }
        }
    },

    /**
     * Connections to one database are cut again and again; it leaves if that hits a COMMIT, and
     * comes back.
     */
    BACKEND_CONNECTIONS_CUT {
        @Override
        void make(DivergenceRun run) throws Exception {
            run.anyComesBack();
            List<FaultProxy> proxies = run.database().proxies();
            FaultProxy proxy = proxies.get(run.random().nextInt(proxies.size()));
            for (int i = 0; i < 5; i++) {
                proxy.cut();
                pause(run, 200);
            }
        }
    },

    /** Connections of the clients are cut; what was under way is undone or known to be unknown. */
    CLIENT_CONNECTIONS_CUT {
        @Override
        Set<String> tolerated() {
            return Set.of(SqlState.CONNECTION_LOST.code(), SqlState.OUTCOME_UNKNOWN.code());
        }

        @Override
        void make(DivergenceRun run) throws Exception {
            for (int i = 0; i < 10; i++) {
                run.clientProxy().cut();
                pause(run, 200);
            }
        }
    },

    /** Statements are cancelled wherever they are: a cancelled one has no effect. */
    CANCELS {
        @Override
        Set<String> tolerated() {
            return Set.of(SqlState.QUERY_CANCELED.code());
        }

        @Override
        void make(DivergenceRun run) throws Exception {
            for (int i = 0; i < 400; i++) {
                run.load().cancelOne(run.random());
                pause(run, 5);
            }
        }
    },

    /** Statements run into their query timeouts, on a slow database and in the queues for locks. */
    QUERY_TIMEOUTS {
        @Override
        Set<String> tolerated() {
            return Set.of(SqlState.QUERY_CANCELED.code());
        }

        @Override
        void make(DivergenceRun run) throws Exception {
            List<FaultProxy> proxies = run.database().proxies();
            FaultProxy proxy = proxies.get(run.random().nextInt(proxies.size()));
            run.load().queryTimeout(1);
            proxy.delayRequests(Duration.ofMillis(150));
            pause(run, 4000);
            proxy.delayRequests(Duration.ZERO);
            run.load().queryTimeout(0);
        }
    },

    /** Sessions are ended by an operator. */
    SESSIONS_KILLED {
        @Override
        Set<String> tolerated() {
            return Set.of(
                    SqlState.ADMIN_SHUTDOWN.code(),
                    SqlState.CONNECTION_LOST.code(),
                    SqlState.OUTCOME_UNKNOWN.code());
        }

        @Override
        void make(DivergenceRun run) throws Exception {
            for (int i = 0; i < 20; i++) {
                List<String> ids = run.figures().sessionIds();
                run.figures().killSession(ids.get(run.random().nextInt(ids.size())));
                pause(run, 100);
            }
        }
    },

    /** Processes full of clients are killed. */
    CLIENTS_KILLED {
        @Override
        void make(DivergenceRun run) throws Exception {
            run.clientsDie();
            for (int i = 1; i <= TestSettings.scale(3, 1); i++) {
                try (ChildProcess clients = run.startClients(6, i * 1_000_000)) {
                    clients.awaitLine(Pattern.compile("^working$"), Duration.ofSeconds(30));
                    pause(run, 1000);
                    clients.kill();
                }
            }
        }
    };

    /** What clients may be told besides 40001. */
    Set<String> tolerated() {
        return Set.of();
    }

    abstract void make(DivergenceRun run) throws Exception;

    private static DatabaseProcess server(DivergenceRun run) {
        int backend = run.random().nextInt(run.database().backends().size());
        return run.database().backend(backend).server();
    }

    private static void pause(DivergenceRun run, long millis) throws InterruptedException {
        Duration length = Duration.ofMillis(millis);
        run.load().proceed(length, 0, length);
    }
}
