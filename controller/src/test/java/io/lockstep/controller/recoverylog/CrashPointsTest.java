package io.lockstep.controller.recoverylog;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.recoverylog.LossyDirectory.Loss;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stops a fixed run of a log at each of its changes of the disk, in each way. */
class CrashPointsTest {
    private static final int RUNS = Boolean.getBoolean("lockstep.full") ? 50 : 4;

    enum End {
        /** The process is killed. */
        KILL,
        /** The machine stops; nothing that was not forced is left. */
        LOSE_ALL,
        /** The machine stops; something is. */
        LOSE_SOME
    }

    /** What happens before everything that is not forced is lost once more. */
    enum After {
        /** The machine stops while the log is opened, later each time, until it does not. */
        STOPS_AGAIN,
        /** The log is opened. */
        OPENS,
        /** The log is opened, and more is written. */
        GOES_ON
    }

    @ParameterizedTest
    @EnumSource
    void whatWasForcedIsThereWhereverItStops(End end) throws IOException {
        long seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("CrashPointsTest seed " + seed);
        for (int run = 0; run < (end == End.LOSE_SOME ? RUNS : After.values().length); run++) {
            int point = 0;
            while (stopsAt(point, end, After.values()[run % 3], seed + 1000L * run + point)) {
                point++;
            }
            assertThat(point).as("changes of the disk").isGreaterThan(40);
        }
    }

    /** False if the run ends before that point. */
    private static boolean stopsAt(int point, End end, After after, long seed) throws IOException {
        CrashModel model = new CrashModel(LogScene.SMALL, seed);
        try {
            model.directory.stopAfter(point);
            boolean stopped = !finishes(model);
            stop(model, end);
            switch (after) {
                case STOPS_AGAIN -> model.openDespiteCrashes();
                case OPENS -> model.open();
                case GOES_ON -> {
                    model.open();
                    write(model);
                }
            }
            model.crash(Loss.ALL); // nothing it showed may go again
            model.open();
            write(model);
            model.crash(Loss.SOME);
            model.open();
            model.close();
            return stopped;
        } catch (AssertionError | IOException | RuntimeException e) {
            throw new AssertionError("stopped at change %d, seed %d".formatted(point, seed), e);
        }
    }

    private static boolean finishes(CrashModel model) throws IOException {
        try {
            model.open();
            write(model);
            model.close();
            model.open();
            write(model);
            model.purge(model.last() - 3);
            write(model);
            return true;
        } catch (IOException e) {
            if (!model.directory.isStopped()) {
                throw e;
            }
            return false;
        }
    }

    private static void stop(CrashModel model, End end) {
        switch (end) {
            case KILL -> model.kill();
            case LOSE_ALL -> model.crash(Loss.ALL);
            case LOSE_SOME -> model.crash(Loss.SOME);
        }
    }

    /** Single records, and a batch over four segments. */
    private static void write(CrashModel model) throws IOException {
        for (int i = 0; i < 3; i++) {
            model.append(300 * i);
            model.force(model.last());
        }
        for (int i = 0; i < 14; i++) {
            model.append(900);
        }
        model.force(model.last());
        model.append(10);
        model.append(900);
    }
}
