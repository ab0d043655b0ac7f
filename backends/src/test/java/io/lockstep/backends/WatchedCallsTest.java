package io.lockstep.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchedCallsTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final WatchedCalls calls = new WatchedCalls("lockstep-test-calls", "the test call");

    @AfterEach
    void close() {
        calls.close();
    }

    @Test
    void resultsAndFailuresComeThrough() throws SQLException {
        assertThat(calls.call(() -> "x", LONG, late -> {})).isEqualTo("x");
        assertThatThrownBy(
                        () ->
                                calls.call(
                                        () -> {
                                            throw new SQLException("refused", "28000");
                                        },
                                        LONG,
                                        late -> {}))
                .hasMessage("refused");
        assertThatThrownBy(
                        () ->
                                calls.call(
                                        () -> {
                                            throw new IllegalStateException("odd");
                                        },
                                        LONG,
                                        late -> {}))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("the test call failed")
                .hasRootCauseMessage("odd");
    }

    @Test
    void aCallWithoutAnswerIsGivenUpAndItsLateResultDisposedOf() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        CompletableFuture<String> disposed = new CompletableFuture<>();
        assertThatThrownBy(
                        () ->
                                calls.call(
                                        () -> {
                                            answer.await();
                                            return "late";
                                        },
                                        SHORT,
                                        disposed::complete))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("no answer within 50 ms");
        assertThatThrownBy(() -> calls.call(() -> "x", SHORT, late -> {}))
                .isInstanceOf(SQLTimeoutException.class)
                .hasMessageContaining("an earlier one still has no answer");
        answer.countDown();
        assertThat(disposed.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("late");
        assertThat(calls.call(() -> "x", LONG, late -> {})).isEqualTo("x");
    }
}
