package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.protocol.SqlState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever goes wrong at whatever call: backends in service hold the same; what a client was told
 * to be committed is on all of them; what it was told to have failed is on none; only "unknown" may
 * be either.
 */
@Timeout(120)
class DivergenceProperties {
    private static final int STORIES = 120;

    /** An Error on the session's own thread ends the session, which is not played here. */
    private static final Set<Call> ON_WORKERS =
            Set.of(Call.EXECUTE, Call.COMMIT, Call.ROLLBACK, Call.BORROW);

    @TempDir private Path directory;

    /** What the client believes of one of its writes. */
    private enum Told {
        COMMITTED,
        FAILED,
        UNKNOWN
    }

    private static final class Story {
        final Random random;
        final Scene scene;
        final List<String> committed = new ArrayList<>();
        final List<String> failed = new ArrayList<>();
        int number;

        Story(Random random, Scene scene) {
            this.random = random;
            this.scene = scene;
            for (FakeBackend backend : scene.backends) {
                backend.byChance(this::trouble);
            }
        }

        /** Called from several threads; only the mixture matters, not which thread gets what. */
        private Answer trouble(Call call) {
            int dice = random.nextInt(300);
            return switch (dice) {
                case 0, 1, 2, 3, 4, 5 -> Answer.connectionLost();
                case 6, 7, 8 ->
                        call == Call.COMMIT ? Answer.committedUnheard() : Answer.connectionLost();
                case 9, 10 -> Answer.driverBug();
                case 11 -> ON_WORKERS.contains(call) ? Answer.driverError() : Answer.driverBug();
                case 12, 13, 14 -> Answer.counts(2);
                case 15, 16 -> Answer.rejected(FailureClass.DUPLICATE_KEY);
                case 17, 18 -> Answer.rejected(FailureClass.SERIALIZATION);
                case 19, 20 -> Answer.rejected(FailureClass.RESOURCE);
                case 21 -> Answer.rejected(FailureClass.CANCELLED);
                case 22 ->
                        scene.backends.stream().filter(b -> !b.isDead()).count() > 1
                                ? Answer.dies()
                                : Answer.done();
                default -> Answer.done();
            };
        }

        void tell(Told told, List<String> texts) {
            switch (told) {
                case COMMITTED -> committed.addAll(texts);
                case FAILED -> failed.addAll(texts);
                case UNKNOWN -> {} // may be either
            }
        }

        String text() {
            return "W" + number++;
        }

        void autoCommit(CommitGroups groups) {
            Probe member = new Probe(text());
            groups.submit(member);
            tell(told(member), List.of("W" + (number - 1)));
        }

        private static Told told(Probe member) {
            Object answer = member.anyAnswer();
            if (answer instanceof SQLException error) {
                return of(error);
            }
            return answer instanceof Verdict.Agreed ? Told.COMMITTED : Told.FAILED;
        }

        private static Told of(SQLException error) {
            return SqlState.OUTCOME_UNKNOWN.code().equals(error.getSQLState())
                    ? Told.UNKNOWN
                    : Told.FAILED;
        }

        void transaction() {
            BackendTransaction transaction = scene.transaction();
            List<String> kept = new ArrayList<>();
            List<String> undone = new ArrayList<>();
            try {
                if (play(transaction, kept, undone)) {
                    transaction.commit();
                    tell(Told.COMMITTED, kept);
                } else {
                    tell(Told.FAILED, kept);
                }
            } catch (SQLException e) {
                tell(of(e), kept);
            } catch (RuntimeException e) {
                tell(Told.FAILED, kept);
            } finally {
                transaction.rollback();
                tell(Told.FAILED, undone);
            }
        }

        /** A careless client: after an error it goes on if it is let. */
        private boolean play(BackendTransaction transaction, List<String> kept, List<String> undone)
                throws SQLException {
            int savepoint = -1;
            for (int steps = 1 + random.nextInt(5); steps > 0; steps--) {
                int what = random.nextInt(6);
                if (what == 0) {
                    transaction.setSavepoint("s");
                    savepoint = kept.size();
                } else if (what == 1 && savepoint >= 0) {
                    carelesslyRollBackTo(transaction);
                    List<String> gone = kept.subList(savepoint, kept.size());
                    undone.addAll(gone);
                    gone.clear();
                } else {
                    String text = text();
                    Verdict<StatementResult> verdict =
                            transaction.write(Scene.call(text), true, random.nextBoolean());
                    if (verdict instanceof Verdict.TakenBack) {
                        undone.add(text);
                        return false;
                    }
                    (verdict instanceof Verdict.Agreed ? kept : undone).add(text);
                }
            }
            return random.nextInt(5) > 0;
        }

        private static void carelesslyRollBackTo(BackendTransaction transaction) {
            try {
                transaction.rollbackToSavepoint("s");
            } catch (SQLException | RuntimeException ignoredByTheClient) {
                // it then commits, and must not be let
            }
        }

        void check() {
            List<FakeBackend> serving = scene.serving();
            assertThat(serving).isNotEmpty();
            for (FakeBackend backend : serving) {
                assertThat(backend.committed())
                        .as("%s lacks what a client was told is committed", backend)
                        .containsAll(committed);
                assertThat(backend.committed())
                        .as("%s holds what a client was told has failed", backend)
                        .noneMatch(failed::contains)
                        .doesNotHaveDuplicates();
            }
            scene.assertSound();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20261123, 0xC0FFEE})
    void whatServesIsEqualAndWhatTheClientWasToldIsTrue(long seed) throws Exception {
        for (int i = 0; i < STORIES; i++) {
            long storySeed = seed * 1_000_003 + i;
            Random random = new Random(storySeed);
            Path home = Files.createDirectory(directory.resolve(seed + "-" + i));
            try (Scene scene = Scene.of(home, 2 + random.nextInt(2))) {
                Story story = new Story(random, scene);
                CommitGroups groups = scene.groups(ExtraLaneCount.none());
                try {
                    for (int step = 0; step < 8; step++) {
                        if (random.nextBoolean()) {
                            story.autoCommit(groups);
                        } else {
                            story.transaction();
                        }
                    }
                    story.check();
                } catch (AssertionError e) {
                    throw new AssertionError(
                            "story of seed %d: %s; %s"
                                    .formatted(
                                            storySeed,
                                            e.getMessage(),
                                            scene.backends.stream()
                                                    .map(FakeBackend::histories)
                                                    .toList()),
                            e);
                }
            }
        }
    }
}
