package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.FailureClass;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What a scripted backend does with one call. */
@FunctionalInterface
interface Answer {
    Reply play(FakeConnection connection) throws SQLException;

    /**
     * A success, as the driver reports it.
     *
     * @param counts of one execution, or of a batch's rows; one for all rows if there are too few
     * @param keys generated keys
     */
    record Reply(List<Integer> counts, List<Long> keys) {
        int count(int row) {
            return row < counts.size() ? counts.get(row) : counts.get(0);
        }
    }

    static Answer done() {
        return counts(1);
    }

    static Answer counts(Integer... counts) {
        return connection -> new Reply(Arrays.asList(counts), List.of());
    }

    static Answer keys(Long... keys) {
        return connection -> new Reply(List.of(keys.length), Arrays.asList(keys));
    }

    static Answer rejected(FailureClass failure) {
        return connection -> {
            throw new FakeFailure(failure, connection.backend().name());
        };
    }

    /** The connection breaks before the call has had any effect. */
    static Answer connectionLost() {
        return connection -> {
            throw connection.lost();
        };
    }

    /** A success, behind which a cancel cuts the connection. */
    static Answer doneThenCut() {
        return connection -> {
            connection.cutWhenEnded();
            return done().play(connection);
        };
    }

    /** An error, behind which a cancel cuts the connection. */
    static Answer rejectedThenCut(FailureClass failure) {
        return connection -> {
            connection.cutWhenEnded();
            return rejected(failure).play(connection);
        };
    }

    /** The COMMIT takes effect, but the connection breaks before that is heard. */
    static Answer committedUnheard() {
        return connection -> {
            connection.commitWork();
            throw connection.lost();
        };
    }

    /** The whole database goes, and with it this call. */
    static Answer dies() {
        return connection -> {
            connection.backend().die();
            throw connection.lost();
        };
    }

    static Answer driverBug() {
        return connection -> {
            throw new IllegalStateException("bug in the driver");
        };
    }

    static Answer driverError() {
        return connection -> {
            throw new NoClassDefFoundError("missing from the driver");
        };
    }

    /** Ends only with the connection being cut, or the statement cancelled. */
    static Answer hangs() {
        return connection -> {
            throw connection.hang();
        };
    }

    /** Reports that it has come, and does as {@code then} says when it may go on. */
    static Answer waits(CountDownLatch arrived, CountDownLatch goOn, Answer then) {
        return connection -> {
            arrived.countDown();
            Scene.await(goOn);
            return then.play(connection);
        };
    }
}
