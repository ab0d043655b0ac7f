package io.lockstep.controller.admin;

import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.OutcomeCounters;
import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A controller with two backends that remembers what it was told. */
class FakeOperations implements AdminOperations {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    List<String> names = List.of("shop");
    volatile boolean serving = true;

    /** While set, explain waits for it. */
    volatile CountDownLatch explainGate;

    @Override
    public List<String> virtualDatabases() {
        return names;
    }

    @Override
    public boolean isServing() {
        return serving;
    }

    @Override
    public ControllerStatus status() {
        return new ControllerStatus(
                "1.2.3",
                NOW,
                "127.0.0.1:25322",
                "127.0.0.1:25323",
                "/data",
                1,
                2,
                List.of(
                        new ControllerStatus.VirtualDatabaseStatus(
                                "shop", 3, 1, 1, 18, backends("shop"))));
    }

    @Override
    public List<BackendStatus> backends(String virtualDatabase) {
        return List.of(backend("a", "enabled"), backend("b", "lost"));
    }

    private static BackendStatus backend(String name, String state) {
        return new BackendStatus(
                "shop",
                name,
                state,
                NOW,
                null,
                null,
                "jdbc:h2:x;password=***",
                "sa",
                "H2 2.5",
                1,
                state.equals("enabled") ? new BackendStatus.Pool(2, 3, 20, 0) : null,
                42,
                1,
                null,
                null);
    }

    @Override
    public int settleCounters(String virtualDatabase, String name) {
        calls.add("counters " + virtualDatabase + "/" + name);
        return 2;
    }

    @Override
    public BackendStatus enableBackend(String virtualDatabase, String name) {
        calls.add("enable " + virtualDatabase + "/" + name);
        return backend(name, "enabled");
    }

    @Override
    public BackendStatus disableBackend(String virtualDatabase, String name, String reason)
            throws AdminException {
        calls.add("disable " + virtualDatabase + "/" + name + " " + reason);
        if (name.equals("a")) {
            throw new AdminException(
                    AdminException.Kind.REFUSED, "a is the last in service", "enable b first");
        }
        return backend(name, "disabled");
    }

    @Override
    public TransactionOutcome outcome(String virtualDatabase, TransactionId transaction) {
        calls.add("outcome " + virtualDatabase + " " + transaction);
        return TransactionOutcome.COMMITTED;
    }

    @Override
    public LogStatus log(String virtualDatabase) {
        return new LogStatus("id", 3, 9, 8, 4096, null);
    }

    @Override
    public LogPart readLog(String virtualDatabase, long from, boolean lines) {
        return lines
                ? new LogPart(from + 1, true, List.of(from + " COMMIT"), null)
                : new LogPart(from, true, List.of(), "record 9 is wrong");
    }

    @Override
    public Explanation explain(String virtualDatabase, String sql) {
        calls.add("explain " + sql);
        CountDownLatch gate = explainGate;
        if (gate != null) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (sql.equals("boom")) {
            throw new IllegalStateException("boom");
        }
        return new Explanation(
                sql,
                "read",
                List.of("t"),
                List.of(),
                List.of("t ACCESS_SHARE"),
                List.of(new Explanation.BackendText("a", sql)),
                null,
                null,
                List.of());
    }

    @Override
    public List<SessionStatus> sessions(String virtualDatabase) {
        return List.of(
                new SessionStatus(
                        "a7",
                        "shop",
                        "app",
                        "127.0.0.1:5",
                        null,
                        NOW,
                        "idle",
                        NOW,
                        null,
                        "SELECT 1"));
    }

    @Override
    public void killSession(String virtualDatabase, long id) throws AdminException {
        calls.add("kill " + Long.toHexString(id));
        if (id != 0xa7) {
            throw new AdminException(
                    AdminException.Kind.NOT_FOUND,
                    "no session " + Long.toHexString(id),
                    "session list shows all");
        }
    }

    @Override
    public WorkFigures work(String virtualDatabase) {
        return new WorkFigures(
                new OutcomeCounters.Figures(11, 12, 13, 14), new CommitGroups.Counters(5, 9, 1));
    }

    @Override
    public LockManager.Snapshot locks(String virtualDatabase) {
        return new LockManager.Snapshot(
                List.of(new LockManager.Held("s1", "t[1]", LockMode.EXCLUSIVE)),
                List.of(
                        new LockManager.Waiting(
                                "s2", "t[1]", LockMode.EXCLUSIVE, 1500, List.of("s1"))),
                1,
                18,
                new LockManager.Counters(10, 2, 1, 0));
    }

    @Override
    public List<String> checkConfiguration(String yaml) {
        return yaml.contains("good") ? List.of() : List.of("listen: is missing (line 1)");
    }
}
