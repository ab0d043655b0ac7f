package io.lockstep.tests.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What changes data is never taken for a read: each engine tells, by the contents of its database
 * before and after, what random texts do, and the controller over that database what it takes them
 * for.
 */
class WriteOracleTest {
    private static final int TEXTS = TestSettings.scale(3_000, 250);
    private static final double MUST_RUN = 0.7;

    /** So many of the texts at least have to change something, and as many nothing. */
    private static final double MUST_CHANGE = 0.2;

    static List<Engine> engines() {
        return TestSettings.sample(1, List.of(Engine.values()), "engines of WriteOracleTest");
    }

    @ParameterizedTest
    @MethodSource("engines")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void whatChangesDataIsNeverTakenForARead(Engine engine) throws SQLException {
        TestedDatabase.requireController();
        Random random = TestSettings.random("WriteOracleTest " + engine);
        List<String> wrong = new ArrayList<>();
        try (TestedDatabase tested =
                TestedDatabase.over(
                        config -> config,
                        database -> new Subject(engine, database).create(),
                        engine)) {
            Subject subject = new Subject(engine, tested.backend(0));
            Grammar grammar = subject.grammar();
            Explainer explainer = new Explainer(tested.controller());
            Tally tally = new Tally();
            try (Trial trial = new Trial(subject)) {
                for (int i = 0; i < TEXTS; i++) {
                    String sql =
                            Disguise.of(
                                    grammar.text("text", random), random, engine != Engine.DERBY);
                    judge(sql, explainer.explain(sql), trial, tally, wrong);
                }
                System.out.println(
                        engine + ": " + tally + ", rebuilt " + trial.rebuilt() + " times");
            }
            assertThat(wrong).as("wrong about %d of %d texts", wrong.size(), TEXTS).isEmpty();
            tally.assertMeaningful();
        }
    }

    private static void judge(
            String sql,
            Explainer.Explanation explanation,
            Trial trial,
            Tally tally,
            List<String> wrong)
            throws SQLException {
        Trial.Outcome outcome = trial.run(sql);
        tally.count(sql, explanation, outcome);
        String fault = fault(explanation, outcome);
        if (fault != null) {
            wrong.add(
                    "\n"
                            + fault
                            + "\n    "
                            + sql.replace("\n", "\n    ")
                            + "\n    "
                            + explanation.whole());
        }
        if (explanation.mayChangeSession()) {
            trial.renew();
        }
    }

    private static String fault(Explainer.Explanation explanation, Trial.Outcome outcome) {
        if (outcome.changedData() && !explanation.runsEverywhere()) {
            return "changed " + outcome.changed() + " and is a " + explanation.kind();
        }
        if (outcome.changedSession() && !explanation.mayChangeSession()) {
            return "changed the session and is a " + explanation.kind();
        }
        if (!outcome.changedCatalogue()) {
            for (String part : outcome.changed()) {
                if (!part.startsWith("(") && !explanation.locksForWriting(part)) {
                    return "changed rows of " + part + " without a lock for it";
                }
            }
        }
        return null;
    }

    /** How many texts did what. */
    private static final class Tally {
        private final Map<String, Integer> errors = new TreeMap<>();
        private int texts;
        private int ran;
        private int changed;
        private int readsUnchanged;
        private int cautious;

        void count(String sql, Explainer.Explanation explanation, Trial.Outcome outcome) {
            texts++;
            if (!outcome.ran()) {
                errors.merge(outcome.error().getMessage() + " <- " + sql, 1, Integer::sum);
                return;
            }
            ran++;
            boolean write = explanation.runsEverywhere();
            if (outcome.changedData()) {
                changed++;
            } else if (write) {
                cautious++;
            } else {
                readsUnchanged++;
            }
        }

        void assertMeaningful() {
            assertThat((double) ran / texts)
                    .as("texts that run; those that do not: %s", errors)
                    .isGreaterThanOrEqualTo(MUST_RUN);
            assertThat((double) changed / texts)
                    .as("texts that change data")
                    .isGreaterThan(MUST_CHANGE);
            assertThat((double) readsUnchanged / texts)
                    .as("texts that change nothing, and are taken for what they are")
                    .isGreaterThan(MUST_CHANGE / 2);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d texts, %d %% ran, %d changed data, %d changed nothing and are no writes, %d"
                            + " changed nothing and are writes",
                    texts,
                    100 * ran / texts,
                    changed,
                    readsUnchanged,
                    cautious);
        }
    }
}
