package io.lockstep.controller.recoverylog;

import io.lockstep.controller.recoverylog.LossyDirectory.Loss;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random lives of a log, each ended in a random way at a random point. */
class CrashProperties {
    private static final int LOGS = Boolean.getBoolean("lockstep.full") ? 5000 : 150;
    private static final int LIVES = 12;

    @Test
    void whateverWasForcedIsThereAfterEveryCrash() {
        long first = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("CrashProperties seed " + first);
        for (long seed = first; seed < first + LOGS; seed++) {
            try {
                lives(seed);
            } catch (AssertionError | IOException | RuntimeException e) {
                throw new AssertionError("again with -Dlockstep.seed=" + seed, e);
            }
        }
    }

    private static void lives(long seed) throws IOException {
        Random random = new Random(seed);
        LogOptions options = LogScene.SMALL.withSegmentBytes(4096L * (2 + random.nextInt(3)));
        CrashModel model = new CrashModel(options, seed);
        for (int life = 0; life < LIVES; life++) {
            if (random.nextBoolean()) {
                model.openDespiteCrashes();
            } else {
                model.open();
            }
            model.directory.stopAfter(random.nextInt(120));
            try {
                while (random.nextInt(60) != 0) {
                    act(model, random);
                }
                if (random.nextBoolean()) {
                    model.close();
                }
            } catch (IOException e) {
                if (!model.directory.isStopped()) {
                    throw e;
                }
            }
            switch (random.nextInt(4)) {
                case 0 -> model.kill();
                case 1 -> model.crash(Loss.ALL);
                default -> model.crash(Loss.SOME);
            }
        }
    }

    private static void act(CrashModel model, Random random) throws IOException {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3, 4 -> model.append(random.nextInt(random.nextInt(5) == 0 ? 1001 : 60));
            case 5, 6, 7 -> model.force(model.last() - random.nextInt(3) * (model.last() / 20));
            case 8 -> model.log().forceSoon(model.last());
            case 9 -> {
                for (int i = random.nextInt(12); i >= 0; i--) {
                    model.append(900);
                }
            }
            case 10 -> model.purge(1 + random.nextInt((int) model.last() + 1));
            default -> LogScene.readAll(model.log());
        }
    }
}
