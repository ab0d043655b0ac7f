package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.allocation.ServingCounters;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.recovery.Incarnation;
import io.lockstep.controller.recovery.Rejoiner;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two backends of which those that have left are brought back while the controller runs. */
@Timeout(60)
abstract class RejoinScene {
    static final Duration SOON = Duration.ofSeconds(20);

    @TempDir private Path directory;
    Scene scene;
    ScheduledExecutorService timer;
    Allocator allocator;
    Rejoiner rejoiner;

    @BeforeEach
    void prepare() throws Exception {
        scene = Scene.of(directory, 2);
        for (FakeBackend backend : scene.backends) {
            backend.takesMarkers();
            backend.markers().raise(null, claim(scene.redo.log().identity(), 1));
        }
        timer = Executors.newSingleThreadScheduledExecutor();
        ServingCounters.Slots free =
                new ServingCounters.Slots() {
                    @Override
                    public void begin(BackendHandle backend, Duration timeout) {}

                    @Override
                    public void end(BackendHandle backend) {}
                };
        allocator = new Allocator(new ServingCounters(scene.group, free, SOON), SOON);
        rejoiner = rejoiner(true);
    }

    static Claim claim(UUID log, long epoch) {
        return new Claim("shop", log, epoch, 0, "this one", 0);
    }

    Rejoiner rejoiner(boolean automatic) {
        return new Rejoiner(
                "shop",
                scene.group,
                allocator,
                timer,
                new Incarnation(7, "this one"),
                automatic,
                Duration.ofSeconds(1));
    }

    @AfterEach
    void allIsSound() {
        rejoiner.close();
        timer.shutdownNow();
        scene.close();
    }

    BackendTransaction written(String text) throws SQLException {
        BackendTransaction transaction = scene.transaction();
        assertThat(transaction.write(call(text), true, false)).isInstanceOf(Verdict.Agreed.class);
        return transaction;
    }

    void commit(String text) throws SQLException {
        written(text).commit();
    }

    void bLeaves() throws SQLException {
        scene.group.leave(scene.handle(scene.b()), BackendState.LOST, "silent");
    }

    void awaitState(FakeBackend backend, BackendState state) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> {
                            if (state == BackendState.ENABLED) {
                                scene.assertServing(scene.a(), scene.b());
                            } else {
                                scene.assertLeft(backend, state);
                            }
                        });
    }

    boolean isWritable() {
        try {
            scene.group.writes().check();
            return true;
        } catch (SQLException e) {
            return false;
        }
    }
}
