package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.batch;
import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.FakeBackend.Call;
import io.lockstep.controller.execution.RedoRun.DifferentException;
import io.lockstep.controller.recoverylog.LogReader;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.redo.CommitRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What backend a did is done again on backend b, which must do the same. */
@Timeout(60)
class RedoRunTest {
    private static final String INSERT = "INSERT INTO t SELECT";
    private static final KeyColumns ID = new KeyColumns.Named(List.of("id"));

    @TempDir private Path directory;
    private Scene first;
    private FakeBackend late = new FakeBackend("late").forRedo();

    @BeforeEach
    void oneBackend() throws IOException {
        first = Scene.of(directory, 1);
    }

    @AfterEach
    void allIsSound() {
        first.close();
        assertThat(late.violations()).isEmpty();
        assertThat(late.inUse()).isEmpty();
    }

    private void commit(StatementCall call) throws SQLException {
        BackendTransaction transaction = first.transaction();
        assertThat(transaction.write(call, true, true)).isInstanceOf(Verdict.Agreed.class);
        transaction.commit();
    }

    private CommitRecord logged() throws IOException {
        try (LogReader reader = first.redo.log().read(1)) {
            for (LogRecord record = reader.next(); record != null; record = reader.next()) {
                if (record.kind() == LogRecord.Kind.COMMIT) {
                    return CommitRecord.of(record);
                }
            }
        }
        throw new AssertionError("no commit in the log");
    }

    private RedoRun.Result redo() throws SQLException, IOException {
        FakeConnection connection = (FakeConnection) late.borrow(Duration.ZERO);
        try {
            return new RedoRun(first.redo.log(), directory).run(connection, logged());
        } finally {
            connection.release();
        }
    }

    private void assertDifferent(String atFirst, String now) {
        assertThatThrownBy(this::redo)
                .isInstanceOf(DifferentException.class)
                .hasMessageContaining(atFirst + " at first")
                .hasMessageContaining(now + " when it was done again")
                .hasMessageContaining(INSERT);
        assertThat(late.committed()).isEmpty();
    }

    @Test
    void theSameIsCommitted() throws Exception {
        first.a().on(Call.EXECUTE, Answer.keys(7L));
        commit(call(INSERT, ID));
        late.on(Call.EXECUTE, Answer.keys(7L));
        assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
        assertThat(late.committed()).containsExactly(INSERT);
    }

    @Test
    void whatIsThereIsNotDoneAgain() throws Exception {
        commit(call(INSERT));
        late.on(Call.MARKER, Answer.counts(0));
        assertThat(redo()).isEqualTo(RedoRun.Result.WAS_THERE);
        assertThat(late.committed()).isEmpty();
    }

    @Nested
    class WhatDiffers {
        @Test
        void anotherNumberOfRows() throws Exception {
            first.a().on(Call.EXECUTE, Answer.counts(3));
            commit(call(INSERT));
            late.on(Call.EXECUTE, Answer.counts(2));
            assertDifferent("3 rows changed", "2 rows changed");
        }

        @Test
        void anotherNumberOfARow() throws Exception {
            first.a().on(Call.EXECUTE, Answer.keys(7L));
            commit(call(INSERT, ID));
            late.on(Call.EXECUTE, Answer.keys(40L));
            assertDifferent("keys [7]", "keys [40]");
        }

        @Test
        void oneOfThousandsOfNumbers() throws Exception {
            Long[] numbers = LongStream.range(0, 5000).boxed().toArray(Long[]::new);
            first.a().on(Call.EXECUTE, Answer.keys(numbers));
            commit(call(INSERT, ID));
            Long[] others = numbers.clone();
            others[4711] = 5000L;
            late.on(Call.EXECUTE, Answer.keys(others));
            assertThatThrownBy(RedoRunTest.this::redo)
                    .isInstanceOf(DifferentException.class)
                    .hasMessageContaining("keys 5000 of digest ");
        }

        @Test
        void oneExecutionOfALargeBatch() throws Exception {
            Object[] rows = IntStream.range(0, 500).boxed().toArray();
            commit(batch(INSERT, rows));
            Integer[] counts = new Integer[200];
            java.util.Arrays.fill(counts, 1);
            counts[17] = 0;
            late.on(Call.EXECUTE, Answer.done(), Answer.counts(counts));
            assertDifferent("200 rows changed", "199 rows changed");
        }
    }

    @Test
    void numbersInAnotherOrderAreTheSame() throws Exception {
        first.a().on(Call.EXECUTE, Answer.keys(7L, 8L));
        commit(call(INSERT, ID));
        late.on(Call.EXECUTE, Answer.keys(8L, 7L));
        assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
    }

    @Test
    void aLargeBatchThatDoesTheSame() throws Exception {
        commit(batch(INSERT, IntStream.range(0, 500).boxed().toArray()));
        assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
        assertThat(late.committed()).hasSize(500);
    }

    @Test
    void aRefusalIsNoDifference() throws Exception {
        commit(call(INSERT));
        late.on(Call.EXECUTE, Answer.rejected(FailureClass.DUPLICATE_KEY));
        assertThatThrownBy(this::redo)
                .isInstanceOf(FakeFailure.class)
                .isNotInstanceOf(DifferentException.class);
    }

    @Nested
    class DdlThatCommitsByItself {
        private static final String DDL = "CREATE INDEX ON t";

        @BeforeEach
        void wasUnderWayOnA() throws SQLException {
            first.a().commitsDdlByItself();
            BackendTransaction transaction = first.transaction();
            assertThat(transaction.writeDdl(call(DDL), Set.of("t")))
                    .isInstanceOf(Verdict.Agreed.class);
            transaction.commit();
            late = new FakeBackend("a").forRedo().commitsDdlByItself();
        }

        @Test
        void isDoneWhereNothingHasChanged() throws Exception {
            assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
            assertThat(late.committed()).containsExactly(DDL);
        }

        @Test
        void isNotDoneAgainWhereSomethingHasChanged() throws Exception {
            late.looks("otherwise");
            assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
            assertThat(late.committed()).isEmpty();
            assertThat(late.connections().get(0).history())
                    .as("the commit is marked as held")
                    .endsWith("COMMIT");
        }

        @Test
        void isDoneWhereItWasNeverBegun() throws Exception {
            late = new FakeBackend("late").forRedo().commitsDdlByItself().looks("otherwise");
            redo();
            assertThat(late.committed()).containsExactly(DDL);
        }

        @ParameterizedTest
        @EnumSource(
                value = FailureClass.class,
                names = {"OBJECT_EXISTS", "OBJECT_MISSING"})
        void isTakenForDoneIfItSaysSo(FailureClass failure) throws Exception {
            late.on(Call.EXECUTE, Answer.rejected(failure));
            assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
        }

        @Test
        void anyOtherRefusalIsOne() {
            late.on(Call.EXECUTE, Answer.rejected(FailureClass.SYNTAX));
            assertThatThrownBy(RedoRunTest.this::redo).isInstanceOf(FakeFailure.class);
        }
    }

    @Nested
    class NumbersThatDatabasesGive {
        private static final Counter COUNTER = new Counter("s", List.of());

        @BeforeEach
        void beganAt7() throws SQLException {
            first.a().counters().stands(7, FakeCounters.Back.ANYWHERE);
            BackendTransaction transaction = first.transaction();
            transaction.write(call(INSERT), true, true, Set.of(COUNTER));
            transaction.commit();
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 7, 40})
        void comeFromWhereTheyCameFromAtFirst(long stands) throws Exception {
            late.counters().stands(stands, FakeCounters.Back.ANYWHERE);
            assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
            assertThat(late.counters().next()).isEqualTo(7);
        }

        @Test
        void aCounterThatGoesBackOnlyOutsideOfATransaction() throws Exception {
            late.counters().stands(40, FakeCounters.Back.OUTSIDE);
            assertThat(redo()).isEqualTo(RedoRun.Result.DONE);
            assertThat(late.counters().next()).isEqualTo(7);
            assertThat(late.committed()).containsExactly(INSERT);
        }

        @Test
        void aCounterThatCannotGoBack() {
            late.counters().stands(40, FakeCounters.Back.NOWHERE);
            assertThatThrownBy(RedoRunTest.this::redo)
                    .isInstanceOf(DifferentException.class)
                    .hasMessageContaining("s cannot be set back");
            assertThat(late.committed()).isEmpty();
        }
    }
}
