package io.lockstep.controller.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.Backend;
import io.lockstep.backends.BackendSettings;
import io.lockstep.controller.execution.BackendHandle;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContactWatchTest {
    private static final Duration PERIOD = Duration.ofMillis(1);

    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private final Semaphore mayFail = new Semaphore(0);
    private final BackendHandle silent = new BackendHandle(backend());

    /** Each ping fails, when it may. */
    private Backend backend() {
        BackendSettings settings =
                new BackendSettings("b", "", "", "", 1, 1, Duration.ZERO, Duration.ZERO);
        return (Backend)
                Proxy.newProxyInstance(
                        Backend.class.getClassLoader(),
                        new Class<?>[] {Backend.class},
                        (proxy, method, arguments) -> {
                            switch (method.getName()) {
                                case "name" -> {
                                    return "b";
                                }
                                case "settings" -> {
                                    return settings;
                                }
                                case "ping" -> {
                                    pings.incrementAndGet();
                                    mayFail.acquire();
                                    throw new SQLException("silent");
                                }
                                case "cutAll" -> cuts.incrementAndGet();
                                default -> {}
                            }
                            return null;
                        });
    }

    @AfterEach
    void end() {
        mayFail.release(1_000);
        silent.close();
    }

    private ContactWatch watch() {
        return new ContactWatch(silent, Duration.ofSeconds(1), PERIOD);
    }

    @Test
    void oneThatIsSilentIsCutUntilTheEndAndDoesNotServe() throws Exception {
        mayFail.release(1_000);
        try (ContactWatch watch = watch()) {
            await().atMost(Duration.ofSeconds(20)).until(() -> cuts.get() > 2);
            assertThatThrownBy(watch::standDown).isInstanceOf(SQLException.class);
        }
    }

    /** A question was under way when it came into service. */
    @Test
    void oneThatServesIsNotCut() throws Exception {
        try (ContactWatch watch = watch()) {
            mayFail.release();
            await().atMost(Duration.ofSeconds(20)).until(() -> pings.get() == 2);
            watch.standDown();
            mayFail.release(5);
            await().atMost(Duration.ofSeconds(20)).until(() -> pings.get() == 7);
            assertThat(watch.cut()).isFalse();
            assertThat(cuts.get()).isZero();
        }
    }
}
