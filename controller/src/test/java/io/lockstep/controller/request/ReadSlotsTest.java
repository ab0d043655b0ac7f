package io.lockstep.controller.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.Backends;
import io.lockstep.controller.execution.BackendHandle;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadSlotsTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(50);

    private final BackendHandle a = handle("a", 7);
    private final BackendHandle b = handle("b", 5);
    private final ReadSlots slots = new ReadSlots(List.of(a, b), 2);

    /** Never contacted: only its settings matter. */
    private static BackendHandle handle(String name, int poolMax) {
        return new BackendHandle(
                Backends.open(
                        new BackendSettings(
                                name,
                                "jdbc:h2:file:./never-opened-" + name + ";WRITE_DELAY=0",
                                "sa",
                                "",
                                1,
                                poolMax,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(1)),
                        ReadSlotsTest.class.getClassLoader()));
    }

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private void take(BackendHandle backend, int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            slots.begin(backend, AT_ONCE);
        }
    }

    private void assertFull(BackendHandle backend) {
        assertThatThrownBy(() -> slots.begin(backend, AT_ONCE))
                .isInstanceOf(SQLException.class)
                .hasFieldOrPropertyWithValue("SQLState", "53300")
                .hasMessageContaining("backend " + backend.name());
    }

    @Test
    void withoutTransactionsReadsHaveAllButWhatIsReserved() throws Exception {
        take(a, 5);
        assertFull(a);
        take(b, 3);
        assertFull(b);
    }

    @Test
    void eachTransactionCountsOnEveryBackend() throws Exception {
        slots.transactionBegins();
        take(a, 4);
        assertFull(a);
        take(b, 2);
        assertFull(b);
    }

    @Test
    void readsGoOnHoweverManyTransactionsThereAre() throws Exception {
        for (int i = 0; i < 100; i++) {
            slots.transactionBegins();
        }
        take(a, ReadSlots.FLOOR);
        assertFull(a);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() throws Exception {
        take(a, 5);
        slots.end(a);
        take(a, 1);
        assertFull(a);
        slots.transactionBegins();
        slots.end(a);
        assertFull(a);
        slots.transactionEnds();
        take(a, 1);
    }

    @Test
    void theMessageSaysWhatIsInUse() throws Exception {
        slots.transactionBegins();
        take(a, 4);
        assertThatThrownBy(() -> slots.begin(a, Duration.ofMillis(5)))
                .hasMessage(
                        "no connection of backend a became free for a read within 5 ms"
                                + " (4 reads, 1 transactions, pool of 7)");
    }

    /** A thread that asks, once it really waits. */
    private CompletableFuture<Void> waiting(BackendHandle backend) {
        CompletableFuture<Void> granted = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                slots.begin(backend, LONG);
                                granted.complete(null);
                            } catch (SQLException e) {
                                granted.completeExceptionally(e);
                            }
                        });
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return granted;
    }

    @Test
    void whoWaitsGoesOnWhenAReadEnds() throws Exception {
        take(a, 5);
        CompletableFuture<Void> waiter = waiting(a);
        slots.end(a);
        waiter.join();
        assertFull(a);
    }

    @Test
    void aSlotFreedOnOneBackendIsNotOfferedToWhoWaitsForAnother() throws Exception {
        take(a, 5);
        take(b, 3);
        CompletableFuture<Void> first = waiting(b);
        CompletableFuture<Void> second = waiting(a);
        slots.end(a);
        second.join();
        assertThat(first).isNotDone();
        slots.end(b);
        first.join();
    }

    @Test
    void aTransactionThatEndsLetsOneInOnEachBackend() throws Exception {
        slots.transactionBegins();
        take(a, 4);
        take(b, 2);
        CompletableFuture<Void> onB = waiting(b);
        CompletableFuture<Void> onA = waiting(a);
        slots.transactionEnds();
        onA.join();
        onB.join();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        take(a, 5);
        Thread self = Thread.currentThread();
        CompletableFuture<Void> interrupted =
                CompletableFuture.runAsync(
                        () -> {
                            await().until(() -> self.getState() == Thread.State.TIMED_WAITING);
                            self.interrupt();
                        });
        assertThatThrownBy(() -> slots.begin(a, LONG))
                .hasFieldOrPropertyWithValue("SQLState", "57014");
        assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
        try {
            interrupted.join();
        } catch (CompletionException e) {
            throw new AssertionError(e);
        }
    }
}
