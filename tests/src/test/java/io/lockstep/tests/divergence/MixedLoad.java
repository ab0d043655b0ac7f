package io.lockstep.tests.divergence;

import io.lockstep.protocol.SqlState;
import io.lockstep.tests.divergence.workload.ClientSession;
import io.lockstep.tests.divergence.workload.Workload;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many sessions that do all kinds of work mixed, each step drawn by the session's own dice, until
 * the time is over.
 */
final class MixedLoad {
    /** Nothing a session waits for takes longer than a lock: 30 s. */
    private static final Duration STEP_TIMEOUT = Duration.ofSeconds(60);

    /** More than connections are ever cut in a run: each cut may hit one login. */
    private static final int CONNECT_ATTEMPTS = 30;

    private final Connector connector;
    private final List<Workload> workloads;
    private final Tally tally;
    private final List<Client> clients = new ArrayList<>();
    private final LongAdder endedCommits = new LongAdder();
    private volatile boolean over; // also if a session has given up

    /** Where sessions get their connections. */
    @FunctionalInterface
    interface Connector {
        Connection connect() throws SQLException;
    }

    /** {@code tolerated}: states that clients may be told besides 40001 and 0ALS1. */
    MixedLoad(Connector connector, List<Workload> workloads, Set<String> tolerated) {
        this.connector = connector;
        this.workloads = workloads;
        this.tally = new Tally(tolerated);
    }

    Tally tally() {
        return tally;
    }

    /** Starts the sessions; they run until {@link #end}. */
    void start(int sessions, Random random) throws SQLException {
        for (int i = 0; i < sessions; i++) {
            clients.add(new Client(i, new Random(random.nextLong())));
        }
        clients.forEach(client -> client.thread.start());
    }

    /** Committed by all sessions so far. */
    long commits() {
        return endedCommits.sum()
                + clients.stream().mapToLong(client -> client.session.commits()).sum();
    }

    /**
     * Runs so long, and longer until that much is committed; {@code atMost} at any rate, and not on
     * if a session has given up.
     */
    void proceed(Duration length, long commitsWanted, Duration atMost) throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            long passed = System.nanoTime() - begin;
            boolean enough = passed >= length.toNanos() && commits() >= commitsWanted;
            if (over || enough || passed >= atMost.toNanos()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(20); // nothing signals progress
        }
    }

    /** Cancels what a session does at the moment. */
    void cancelOne(Random random) throws SQLException {
        clients.get(random.nextInt(clients.size())).session.cancel();
    }

    /** All statements from now on get this limit. */
    void queryTimeout(int seconds) {
        clients.forEach(client -> client.session.queryTimeout(seconds));
    }

    /** Ends all sessions after their present step; fails if one hangs. */
    void end() throws InterruptedException {
        over = true;
        for (Client client : clients) {
            client.thread.join(STEP_TIMEOUT.toMillis());
            if (client.thread.isAlive()) {
                AssertionError hangs =
                        new AssertionError(client.thread.getName() + " hangs in " + client.doing);
                hangs.setStackTrace(client.thread.getStackTrace());
                throw hangs;
            }
        }
    }

    private final class Client implements Runnable {
        private final Thread thread;
        private final Random random;
        private volatile ClientSession session;
        private volatile String doing = "";

        Client(int index, Random random) throws SQLException {
            this.random = random;
            this.thread = new Thread(this, "lockstep-test-session-" + index);
            this.thread.setDaemon(true);
            this.session = new ClientSession(connector.connect(), random);
        }

        @Override
        public void run() {
            while (!over) {
                step(workloads.get(random.nextInt(workloads.size())));
            }
            try {
                session.close();
            } catch (SQLException e) {
                tally.failed("close", e, 0);
            }
        }

        private void step(Workload workload) {
            doing = workload.name();
            long begin = System.nanoTime();
            try {
                workload.step(session);
                tally.succeeded(doing, System.nanoTime() - begin);
            } catch (SQLException e) {
                tally.failed(doing, e, System.nanoTime() - begin);
            } catch (RuntimeException | AssertionError e) {
                tally.failed(doing, e);
            }
            try {
                session.reset();
            } catch (SQLException e) {
                renew(e);
            }
        }

        /** A session that cannot go on is replaced, as a connection pool would. */
        private void renew(SQLException why) {
            if (session.isValid()) {
                tally.failed(doing + ", rollback", why, 0);
                return;
            }
            try {
                ClientSession next = new ClientSession(connect(), random);
                session.close();
                endedCommits.add(session.commits());
                session = next;
            } catch (SQLException e) {
                tally.failed(doing + ", new connection", (Throwable) e);
                over = true;
            }
        }

        /** Where connections are cut, that may happen to a login as well. */
        private Connection connect() throws SQLException {
            for (int attempt = 1; ; attempt++) {
                try {
                    return connector.connect();
                } catch (SQLException e) {
                    boolean cut = SqlState.NO_CONTROLLER.code().equals(e.getSQLState());
                    if (!cut || !tally.connectionsMayBreak() || attempt == CONNECT_ATTEMPTS) {
                        throw e;
                    }
                }
            }
        }
    }
}
