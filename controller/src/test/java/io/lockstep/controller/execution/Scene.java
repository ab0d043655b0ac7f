package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.Membership;
import io.lockstep.controller.membership.MembershipFile;
import io.lockstep.controller.membership.View;
import io.lockstep.controller.redo.MemoryDirectory;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.TestLog;
import io.lockstep.protocol.TransactionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A virtual database over scripted backends, with the real membership on a real disk. Closing it
 * checks what must hold after every story: each connection was ended exactly once, and all backends
 * in service hold the same.
 */
final class Scene implements AutoCloseable {
    static final Duration BACKEND_TIMEOUT = Duration.ofMillis(150);
    static final Duration BORROW_TIMEOUT = Duration.ofSeconds(5);

    final List<FakeBackend> backends = new ArrayList<>();
    final Disk disk;
    final Membership membership;
    final BackendGroup group;
    final LatenessWatch watch;
    final FanOut fanOut;
    final CommitClock clock = new CommitClock();
    final MemoryDirectory logDirectory = new MemoryDirectory();
    final RedoLog redo;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger transactions = new AtomicInteger();
    private final List<BackendHandle> handles = new ArrayList<>();

    /** The membership file on a disk that can be slow, or full. */
    static final class Disk extends MembershipFile {
        private final Semaphore mayWrite = new Semaphore(1);
        private volatile boolean full;

        Disk(Path directory) {
            super(directory, "shop");
        }

        /** From now on every write fails. */
        void fill() {
            full = true;
        }

        /** From now on writes wait for {@link #release}. */
        void hold() {
            assertThat(mayWrite.tryAcquire()).isTrue();
        }

        void release() {
            mayWrite.release();
        }

        boolean isWaitedFor() {
            return mayWrite.hasQueuedThreads();
        }

        @Override
        public void write(Stored stored) throws IOException {
            mayWrite.acquireUninterruptibly();
            try {
                if (full) {
                    throw new IOException("disk full");
                }
                super.write(stored);
            } finally {
                mayWrite.release();
            }
        }
    }

    private Scene(Path directory, List<String> names) throws IOException {
        disk = new Disk(Files.createTempDirectory(directory, "data"));
        membership = Membership.open("shop", names, disk, Map.of(), 1);
        for (String name : names) {
            FakeBackend backend = new FakeBackend(name);
            backends.add(backend);
            handles.add(new BackendHandle(backend));
        }
        redo = TestLog.redo(logDirectory);
        group =
                new BackendGroup(
                        "shop",
                        handles,
                        membership,
                        redo,
                        new RedoRun(redo.log(), directory),
                        Duration.ofSeconds(1));
        watch = new LatenessWatch(BACKEND_TIMEOUT);
        fanOut = new FanOut(watch);
    }

    static Scene of(Path directory, String... names) throws IOException {
        return new Scene(directory, List.of(names));
    }

    /** {@code count} backends named a, b, c ...; a is the home backend. */
    static Scene of(Path directory, int count) throws IOException {
        return new Scene(directory, List.of("a", "b", "c", "d").subList(0, count));
    }

    FakeBackend a() {
        return backends.get(0);
    }

    FakeBackend b() {
        return backends.get(1);
    }

    FakeBackend c() {
        return backends.get(2);
    }

    BackendHandle handle(FakeBackend backend) {
        return handles.get(backends.indexOf(backend));
    }

    BackendTransaction transaction() {
        return new BackendTransaction(
                group,
                fanOut,
                clock,
                new TransactionId(1, transactions.incrementAndGet()),
                Connection.TRANSACTION_READ_COMMITTED,
                false,
                BackendTransaction.SetUp.NONE,
                BORROW_TIMEOUT);
    }

    CommitGroups groups(CommitGroups.ExtraLanes extraLanes) {
        return new CommitGroups(group, fanOut, clock, BORROW_TIMEOUT, extraLanes, timer);
    }

    /** A write of one row. */
    static StatementCall call(String text, Object... values) {
        return call(text, KeyColumns.NONE, values);
    }

    static StatementCall call(String text, KeyColumns keys, Object... values) {
        StatementCall.Rendered rendered =
                new StatementCall.Rendered(text, List.of(Arrays.asList(values)));
        return new StatementCall(dialect -> rendered, false, keys, 0);
    }

    /** A text in the shape of a query, of which nobody knows what it changes. */
    static StatementCall query(String text) {
        StatementCall.Rendered rendered = new StatementCall.Rendered(text, List.of(List.of()));
        return new StatementCall(
                dialect -> rendered, false, KeyColumns.NONE, 0, StatementCall.Form.QUERY);
    }

    /** A batch with one value in each row. */
    static StatementCall batch(String text, Object... rows) {
        StatementCall.Rendered rendered =
                new StatementCall.Rendered(text, Arrays.stream(rows).map(List::of).toList());
        return new StatementCall(dialect -> rendered, true, KeyColumns.NONE, 0);
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).as("waited in vain").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Who serves, in memory and on disk. */
    void assertServing(FakeBackend... serving) throws IOException {
        List<String> names = Arrays.stream(serving).map(FakeBackend::name).toList();
        assertThat(membership.view().inService()).isEqualTo(names);
        assertThat(onDisk().inService()).as("on disk").isEqualTo(names);
    }

    void assertLeft(FakeBackend backend, BackendState state) throws IOException {
        assertThat(membership.view().standings().get(backend.name()).state()).isEqualTo(state);
        assertThat(onDisk().standings().get(backend.name()).state()).as("on disk").isEqualTo(state);
    }

    private View onDisk() throws IOException {
        return disk.read().orElseThrow().view();
    }

    /** That each of them holds exactly these executions. */
    static void assertHolds(FakeBackend backend, String... executions) {
        assertThat(backend.committed()).as("on %s", backend).containsExactly(executions);
    }

    /** As if it had been brought level. */
    boolean enters(String name) throws IOException {
        return membership.enter(name, membership.view().standings().get(name));
    }

    List<FakeBackend> serving() {
        return backends.stream().filter(b -> membership.view().serves(b.name())).toList();
    }

    void assertSound() {
        for (FakeBackend backend : backends) {
            assertThat(backend.violations()).isEmpty();
            assertThat(backend.inUse())
                    .as("connections never given back: %s", backend.histories())
                    .isEmpty();
        }
        List<FakeBackend> serving = serving();
        for (FakeBackend backend : serving) {
            assertThat(backend.committed())
                    .as("%s serves and must hold the same as %s", backend, serving.get(0))
                    .containsExactlyInAnyOrderElementsOf(serving.get(0).committed());
        }
    }

    @Override
    public void close() {
        try {
            assertSound();
        } finally {
            timer.shutdownNow();
            watch.close();
            group.close();
        }
    }
}
