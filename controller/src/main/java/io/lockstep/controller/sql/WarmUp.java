package io.lockstep.controller.sql;

import java.time.Duration;
import java.util.List;

/** Runs the classifier until it is compiled. */
final class WarmUp {
    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final int ROUNDS = 200;

    private static final List<String> TEXTS =
            List.of(
                    "SELECT a, b FROM warm_up_%d WHERE a = ? AND b > ? ORDER BY a",
                    "SELECT x.a, COUNT(*) FROM warm_up_%d x JOIN other y ON x.a = y.a GROUP BY x.a",
                    "INSERT INTO warm_up_%d (a, b, c) VALUES (?, ?, ?)",
                    "INSERT INTO warm_up_%d (a) SELECT a FROM other WHERE b = ?",
                    "UPDATE warm_up_%d SET b = ?, c = c + 1 WHERE a = ?",
                    "DELETE FROM warm_up_%d WHERE a IN (SELECT a FROM other WHERE b < ?)",
                    "CREATE TABLE warm_up_%d (a BIGINT NOT NULL, b VARCHAR(20), PRIMARY KEY (a))");

    private WarmUp() {}

    /** Texts differ in every round, so that none comes from the cache. */
    static void run(Schema schema) {
        long end = System.nanoTime() + LONGEST.toNanos();
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            for (String text : TEXTS) {
                Classification.of(text.formatted(round), schema);
            }
        }
    }
}
