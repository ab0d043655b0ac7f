package io.lockstep.controller.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results in portions, and what becomes of those not read to their end. */
@Timeout(120)
class AnswersTest {
    private static final int ALL = 1;

    @TempDir private Path directory;
    private SessionScene scene;
    private TestSession session;

    @BeforeEach
    void open() throws Exception {
        scene = new SessionScene(directory);
        session = scene.session();
        session.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
        session.execute("INSERT INTO item SELECT x, 'n' || x FROM SYSTEM_RANGE(1, 25)");
        session.send(
                new Request.Prepare(ALL, "SELECT id FROM item ORDER BY id", GeneratedKeys.NONE));
    }

    @AfterEach
    void close() {
        scene.close();
    }

    private Response.Reply execute(int fetchSize) {
        return session.ask(new Request.Execute(ALL, session.options(fetchSize), List.of()));
    }

    private RowSet first(int fetchSize) {
        return ((Response.RowsDescribed) execute(fetchSize)).rowSet();
    }

    private RowSet fetch(int cursor, int maxRows) {
        return ((Response.Rows) session.ask(new Request.Fetch(cursor, maxRows))).rowSet();
    }

    private static List<Object> ids(RowSet rowSet) {
        List<Object> ids = new ArrayList<>();
        TestSession.rows(rowSet).forEach(row -> ids.add(row.get(0)));
        return ids;
    }

    private String stateOf(Request request) {
        return ((Response.Failed) session.ask(request)).error().sqlState();
    }

    @Test
    void aSmallResultIsOneFrameWithoutACursor() {
        RowSet rowSet = first(0);
        assertThat(ids(rowSet)).hasSize(25).startsWith(1, 2).endsWith(25);
        assertThat(rowSet.last()).isTrue();
        assertThat(rowSet.cursorId()).isZero();
    }

    @Test
    void rowsComeInPortionsOfTheFetchSizeUnlessAFetchAsksForOthers() {
        RowSet rowSet = first(10);
        assertThat(ids(rowSet)).hasSize(10).endsWith(10);
        assertThat(rowSet.last()).isFalse();
        RowSet second = fetch(rowSet.cursorId(), 3);
        assertThat(ids(second)).containsExactly(11, 12, 13);
        RowSet third = fetch(rowSet.cursorId(), 0);
        assertThat(ids(third)).hasSize(10).startsWith(14).endsWith(23);
        RowSet end = fetch(rowSet.cursorId(), 0);
        assertThat(ids(end)).containsExactly(24, 25);
        assertThat(end.last()).isTrue();
        assertThat(end.cursorId()).isZero();
    }

    @Test
    void aResultThatEndsExactlyWithAPortionSaysSo() {
        RowSet rowSet = first(25);
        assertThat(ids(rowSet)).hasSize(25);
        assertThat(rowSet.last()).isTrue();
    }

    @Test
    void theDescriptionIsSentOncePerPreparedStatement() {
        assertThat(execute(0)).isInstanceOf(Response.RowsDescribed.class);
        assertThat(execute(0)).isInstanceOf(Response.Rows.class);
        session.execute("ALTER TABLE item ALTER COLUMN id BIGINT");
        assertThat(execute(0))
                .as("a result that looks different is described anew")
                .isInstanceOf(Response.RowsDescribed.class);
    }

    @Test
    void aCursorReadToItsEndIsGone() {
        RowSet rowSet = first(20);
        fetch(rowSet.cursorId(), 0);
        assertThat(stateOf(new Request.Fetch(rowSet.cursorId(), 0))).isEqualTo("24000");
    }

    @Test
    void aClosedCursorIsGoneAndItsConnectionFree() throws Exception {
        // More than the pool has connections: each must have been given back.
        for (int i = 0; i < 12; i++) {
            RowSet rowSet = first0(i, 5);
            assertThat(session.send(new Request.CloseCursor(rowSet.cursorId()))).isEmpty();
            assertThat(stateOf(new Request.Fetch(rowSet.cursorId(), 0))).isEqualTo("24000");
        }
        session.send(new Request.CloseCursor(4711)); // closing what is not there is no error
        assertThat(scene.onBoth("SELECT COUNT(*) FROM item")).isEqualTo(25L);
    }

    /** Described at the first execution only. */
    private RowSet first0(int round, int fetchSize) {
        Response.Reply reply = execute(fetchSize);
        return round == 0
                ? ((Response.RowsDescribed) reply).rowSet()
                : ((Response.Rows) reply).rowSet();
    }

    @Test
    void anOpenResultHoldsUpNoWriteButTheDdlOfItsTable() throws Exception {
        RowSet rowSet = first(5);
        TestSession other = scene.session();
        assertThat(other.execute("UPDATE item SET name = 'x' WHERE id = 20"))
                .isInstanceOf(Response.UpdateCount.class);
        Request alter =
                new Request.ExecuteDirect(
                        new ExecuteOptions(other.newTransaction(), 0, 0, 0, 300),
                        "ALTER TABLE item ADD COLUMN more INT",
                        GeneratedKeys.NONE,
                        List.of());
        assertThat(((Response.Failed) other.ask(alter)).error().sqlState()).isEqualTo("57014");
        session.send(new Request.CloseCursor(rowSet.cursorId()));
        assertThat(other.ask(alter)).isInstanceOf(Response.UpdateCount.class);
    }

    @Test
    void maxRowsEndsAResultEarly() {
        ExecuteOptions options = new ExecuteOptions(session.newTransaction(), 0, 7, 5, 0);
        Response.RowsDescribed reply =
                (Response.RowsDescribed) session.ask(new Request.Execute(ALL, options, List.of()));
        assertThat(ids(reply.rowSet())).hasSize(5);
        RowSet rest = fetch(reply.rowSet().cursorId(), 0);
        assertThat(ids(rest)).containsExactly(6, 7);
        assertThat(rest.last()).isTrue();
    }

    @Test
    void resultsEndWithTheirTransaction() {
        session.autoCommit(false);
        session.newTransaction();
        RowSet rowSet = first(5);
        session.send(new Request.Commit(0));
        assertThat(stateOf(new Request.Fetch(rowSet.cursorId(), 0))).isEqualTo("24000");
        assertThat(ids(first0(1, 0))).hasSize(25);
    }

    @Test
    void aResultThatFailsLeavesTheSessionUsable() {
        Request failing = session.text("SELECT 100 / (15 - id) FROM item ORDER BY id");
        assertThat(stateOf(failing)).isEqualTo("22012");
        assertThat(ids(first(0))).hasSize(25);
    }

    @Test
    void anErrorAnswersWithTheEnginesStateAndCode() {
        Response.Failed failed = (Response.Failed) session.execute("SELECT * FROM nowhere");
        assertThat(failed.error().sqlState()).isEqualTo("42S02");
        assertThat(failed.error().vendorCode()).isEqualTo(42102);
        assertThat(failed.fatal()).isFalse();
        assertThat(ids(first(0))).hasSize(25);
    }
}
