package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.protocol.RowDescription;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is repeated, and when too much has been done to be repeated. */
class TransactionJournalTest {
    private static final StatementResult ONE_ROW = new StatementResult.Count(1, null);

    private final TransactionJournal journal = new TransactionJournal();

    private void wrote(String text, Object... values) {
        journal.wrote(Scene.call(text, values), List.of(List.of(values)), ONE_ROW, true);
    }

    private List<String> repeated() throws SQLException {
        FakeConnection connection = new FakeConnection(new FakeBackend("a"));
        journal.replay(connection, new HashMap<>());
        return connection.history();
    }

    @Test
    void allIsRepeatedInOrder() throws Exception {
        wrote("ONE");
        journal.savepointSet("s");
        wrote("TWO", 5L);
        assertThat(repeated()).containsExactly("EXECUTE [ONE]", "SAVEPOINT s", "EXECUTE [TWO[5]]");
    }

    @Test
    void theConnectionsOwnSavepointsAreHandedOut() throws Exception {
        journal.savepointSet("s");
        Map<String, Savepoint> savepoints = new HashMap<>();
        BackendConnection connection = new FakeConnection(new FakeBackend("a"));
        journal.replay(connection, savepoints);
        assertThat(savepoints.get("s").getSavepointName()).isEqualTo("s");
    }

    @Test
    void whatWasRolledBackIsNotRepeatedAndLaterSavepointsAreGone() throws Exception {
        journal.savepointSet("s");
        wrote("ONE");
        journal.savepointSet("t");
        wrote("TWO");
        journal.rolledBackTo("s");
        assertThat(journal.hasSavepoint("s")).isTrue();
        assertThat(journal.hasSavepoint("t")).isFalse();
        assertThat(repeated()).containsExactly("SAVEPOINT s");
    }

    @Test
    void aReleasedSavepointTakesLaterOnesWithItButNothingThatWasDone() throws Exception {
        journal.savepointSet("s");
        wrote("ONE");
        journal.savepointSet("t");
        wrote("TWO");
        journal.savepointReleased("s");
        assertThat(journal.hasSavepoint("t")).isFalse();
        assertThat(repeated()).containsExactly("EXECUTE [ONE]", "EXECUTE [TWO]");
    }

    @Test
    void aSavepointSetAnewMoves() throws Exception {
        journal.savepointSet("s");
        wrote("ONE");
        journal.savepointSet("s");
        journal.rolledBackTo("s");
        assertThat(repeated()).containsExactly("EXECUTE [ONE]", "SAVEPOINT s");
    }

    @Test
    void aMegabyteOfValuesIsTooMuch() {
        for (int i = 0; i < 10; i++) {
            wrote("INSERT", (Object) new byte[100_000]);
        }
        assertThat(journal.isComplete()).isTrue();
        wrote("INSERT", (Object) new byte[100_000]);
        assertThat(journal.isComplete()).isFalse();
    }

    @Test
    void answersTakeRoomToo() {
        CopiedRows keys =
                new CopiedRows(
                        new RowDescription(List.of()), List.of(List.of("x".repeat(600_000))));
        journal.wrote(
                Scene.call("INSERT", new KeyColumns.All()),
                List.of(),
                new StatementResult.Count(1, keys),
                true);
        assertThat(journal.isComplete()).isFalse();
    }

    @Test
    void onceTooMuchHasBeenDoneARollbackToASavepointDoesNotMakeItLess() {
        journal.savepointSet("s");
        journal.giveUp();
        assertThat(journal.hasSavepoint("s")).isTrue();
        journal.rolledBackTo("s");
        wrote("ONE");
        assertThat(journal.isComplete()).isFalse();
    }
}
