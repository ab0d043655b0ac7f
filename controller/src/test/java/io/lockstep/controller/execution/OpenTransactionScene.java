package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.SqlState;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One transaction that is open on two backends, to which something happens. */
@Timeout(60)
abstract class OpenTransactionScene {
    @TempDir private Path directory;
    Scene scene;
    BackendTransaction transaction;

    @BeforeEach
    void prepare() throws Exception {
        scene = Scene.of(directory, 2);
        transaction = scene.transaction();
    }

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    Verdict<StatementResult> write(String text) throws SQLException {
        return transaction.write(call(text), true, false);
    }

    void applied(String... texts) throws SQLException {
        for (String text : texts) {
            assertThat(write(text)).isInstanceOf(Verdict.Agreed.class);
        }
    }

    static void assertRolledBack(Verdict<StatementResult> verdict) {
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.TakenBack.class,
                        back ->
                                assertThat(back.error().getSQLState())
                                        .isEqualTo(SqlState.ROLLED_BACK.code()));
    }

    void assertBothServe() throws Exception {
        scene.assertServing(scene.a(), scene.b());
    }

    void assertNothingIsCommitted() {
        scene.backends.forEach(Scene::assertHolds);
    }
}
