package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.OutParameter;
import io.lockstep.protocol.ParameterDescription;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowBlock;
import io.lockstep.protocol.RowSet;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.TypedNull;
import io.lockstep.protocol.UpdateCounts;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class JdbcStatementTest {
    private FakeController controller;
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        controller = new FakeController();
        connection = DriverManager.getConnection(controller.url());
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        controller.close();
    }

    private void answer(Response... responses) {
        controller.script(request -> List.of(responses));
    }

    private static Response count(long count, boolean follows) {
        return new Response.UpdateCount(TransactionStatus.IDLE, follows, count, null);
    }

    @Test
    void theOptionsOfAStatementTravelWithIt() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(126);
            statement.setFetchSize(50);
            statement.setQueryTimeout(3);
            answer(TestRows.firstIds(0, 1, true));
            statement.executeQuery("SELECT ID FROM T").close();
        }
        assertThat(controller.requests(Request.ExecuteDirect.class).get(0).options())
                .isEqualTo(new ExecuteOptions(1, ExecuteOptions.ROWS_EXPECTED, 126, 50, 3_000));
    }

    @Test
    void severalResultsComeOneAfterTheOther() throws Exception {
        Response rows =
                new Response.RowsDescribed(
                        TransactionStatus.IDLE,
                        true,
                        false,
                        RowSet.complete(TestRows.ID, RowBlock.of(1, List.of(List.of(5L)))));
        answer(count(3, true), rows, count(4, false));
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.execute("CALL P()")).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(3);
            assertThat(statement.getMoreResults()).isTrue();
            ResultSet result = statement.getResultSet();
            assertThat(result.next()).isTrue();
            assertThat(result.getInt("id")).isEqualTo(5);
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(result.isClosed()).isTrue();
            assertThat(statement.getUpdateCount()).isEqualTo(4);
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
        }
    }

    @Test
    void generatedKeysAreAskedForAndRead() throws Exception {
        RowSet keys = RowSet.complete(TestRows.ID, RowBlock.of(1, List.of(List.of(77L))));
        answer(new Response.UpdateCount(TransactionStatus.IDLE, false, 1, keys));
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO T VALUES (1)", new String[] {"ID"})) {
            insert.executeUpdate();
            try (ResultSet rows = insert.getGeneratedKeys()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getLong(1)).isEqualTo(77);
                assertThat(rows.next()).isFalse();
            }
        }
        assertThat(controller.requests(Request.Prepare.class).get(0).generatedKeys())
                .isEqualTo(GeneratedKeys.columns(List.of("ID")));
    }

    @Test
    void withoutGeneratedKeysTheirResultIsEmpty() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("DELETE FROM T", Statement.RETURN_GENERATED_KEYS);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                assertThat(keys.next()).isFalse();
            }
        }
    }

    @Test
    void keysOfABatchFollowEachOther() throws Exception {
        RowSet first = RowSet.complete(TestRows.ID, RowBlock.of(1, List.of(List.of(1L))));
        RowSet second = RowSet.complete(TestRows.ID, RowBlock.of(1, List.of(List.of(2L))));
        answer(
                new Response.BatchCounts(TransactionStatus.IDLE, true, UpdateCounts.of(1), first),
                new Response.BatchCounts(
                        TransactionStatus.IDLE, false, UpdateCounts.of(1), second));
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO T VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setInt(1, 1);
            insert.addBatch();
            insert.setInt(1, 2);
            insert.addBatch();
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getLong(1)).isEqualTo(1);
                assertThat(keys.next()).isTrue();
                assertThat(keys.getLong(1)).isEqualTo(2);
                assertThat(keys.next()).isFalse();
            }
        }
    }

    @Test
    void aFailedBatchSaysWhatWasDoneBefore() throws Exception {
        answer(
                new Response.BatchCounts(TransactionStatus.IDLE, true, UpdateCounts.of(1, 2), null),
                new Response.Failed(
                        TransactionStatus.IDLE,
                        false,
                        new ErrorDetail("23505", 4711, "duplicate key"),
                        List.of(),
                        UpdateCounts.of(3),
                        3));
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < 5; i++) {
                statement.addBatch("INSERT INTO T VALUES (" + i + ")");
            }
            BatchUpdateException failure =
                    catchThrowableOfType(BatchUpdateException.class, statement::executeBatch);
            assertThat(failure.getUpdateCounts()).containsExactly(1, 2, 3);
            assertThat(failure.getSQLState()).isEqualTo("23505");
            assertThat(failure.getErrorCode()).isEqualTo(4711);
            assertThat((Throwable) failure)
                    .hasMessageContaining("Entry 3")
                    .hasCauseInstanceOf(java.sql.SQLIntegrityConstraintViolationException.class);
            assertThat(statement.executeBatch()).isEmpty();
        }
    }

    @Test
    void chainedErrorsStayAChain() throws Exception {
        answer(
                new Response.Failed(
                        TransactionStatus.IDLE,
                        false,
                        new ErrorDetail("42P01", 1, "no such table"),
                        List.of(new ErrorDetail("XJ001", 2, "next")),
                        null,
                        -1));
        try (Statement statement = connection.createStatement()) {
            SQLException failure =
                    catchThrowableOfType(SQLException.class, () -> statement.execute("X"));
            assertThat((Throwable) failure).isInstanceOf(java.sql.SQLSyntaxErrorException.class);
            assertThat(failure.getNextException().getSQLState()).isEqualTo("XJ001");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "08006, java.sql.SQLNonTransientConnectionException",
        "0ALS1, java.sql.SQLFeatureNotSupportedException",
        "22003, java.sql.SQLDataException",
        "23505, java.sql.SQLIntegrityConstraintViolationException",
        "28P01, java.sql.SQLInvalidAuthorizationSpecException",
        "40001, java.sql.SQLTransactionRollbackException",
        "40XL1, java.sql.SQLTransactionRollbackException",
        "42601, java.sql.SQLSyntaxErrorException",
        "53100, java.sql.SQLTransientException",
        "55P03, java.sql.SQLTransientException",
        "55000, java.sql.SQLException",
        "57014, java.sql.SQLException",
        "25P02, java.sql.SQLException",
        "X0Y32, java.sql.SQLException",
    })
    void theStateDecidesTheClass(String state, Class<?> exceptionClass) throws Exception {
        answer(FakeController.failed(TransactionStatus.IDLE, state, "refused", false));
        try (Statement statement = connection.createStatement()) {
            SQLException failure =
                    catchThrowableOfType(SQLException.class, () -> statement.execute("X"));
            assertThat((Throwable) failure)
                    .isExactlyInstanceOf(exceptionClass)
                    .hasMessage("refused");
            assertThat(failure.getSQLState()).isEqualTo(state);
            assertThat(failure.getErrorCode()).isEqualTo(7);
        }
        assertThat(connection.isClosed()).isFalse();
    }

    @Test
    void aQueryTimeoutIsATimeoutAndACancellationIsNot() throws Exception {
        answer(
                FakeController.failed(
                        TransactionStatus.IDLE, SqlState.QUERY_CANCELED.code(), "late", false));
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("X"))
                    .isInstanceOf(SQLTimeoutException.class);
        }
    }

    @Test
    void cancelStopsWhatRunsFromAnotherThread() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        controller.onCancel(cancelled::countDown);
        controller.script(
                request -> {
                    running.countDown();
                    boolean stopped = cancelled.await(30, TimeUnit.SECONDS);
                    return List.of(
                            stopped
                                    ? FakeController.failed(
                                            TransactionStatus.IDLE, "57014", "cancelled", false)
                                    : count(1, false));
                });
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(60);
            Thread canceller =
                    new Thread(
                            () -> {
                                try {
                                    running.await();
                                    statement.cancel();
                                } catch (SQLException | InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            "lockstep-test-canceller");
            canceller.start();
            SQLException failure =
                    catchThrowableOfType(SQLException.class, () -> statement.execute("X"));
            canceller.join();
            assertThat((Throwable) failure)
                    .isExactlyInstanceOf(SQLException.class)
                    .hasMessage("cancelled");
        }
        assertThat(connection.isValid(0)).isTrue();
    }

    @Test
    void aCancellationThatComesTooLateDoesNotHitTheNextStatement() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch taken = new CountDownLatch(1);
        List<String> events = new CopyOnWriteArrayList<>();
        controller.onCancel(
                () -> {
                    arrived.countDown();
                    await(taken);
                    events.add("cancellation taken");
                });
        controller.script(
                request -> {
                    events.add(((Request.ExecuteDirect) request).sql());
                    running.countDown();
                    await(arrived);
                    return null;
                });
        try (Statement statement = connection.createStatement()) {
            FutureTask<Integer> executions =
                    new FutureTask<>(
                            () -> {
                                statement.execute("FIRST");
                                return statement.executeUpdate("SECOND");
                            });
            Thread executor = new Thread(executions, "lockstep-test-executor");
            executor.start();
            await(running);
            FutureTask<Void> cancelling =
                    new FutureTask<>(
                            () -> {
                                statement.cancel();
                                return null;
                            });
            new Thread(cancelling, "lockstep-test-canceller").start();
            await(arrived);
            // FIRST is answered now; SECOND must wait.
            while (events.size() < 2 && executor.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            taken.countDown();
            cancelling.get(30, TimeUnit.SECONDS);
            executions.get(30, TimeUnit.SECONDS);
        }
        assertThat(events).containsExactly("FIRST", "cancellation taken", "SECOND");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void cancelOfWhatDoesNotRunDoesNothing() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.cancel();
            statement.execute("X");
            statement.cancel();
        }
        assertThat(controller.cancellations()).isZero();
    }

    @Test
    void theDriverCancelsWhenTheControllerForgetsTheQueryTimeout() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        controller.onCancel(cancelled::countDown);
        controller.script(
                request -> {
                    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
                    return List.of(
                            FakeController.failed(
                                    TransactionStatus.IDLE, "57014", "cancelled", false));
                });
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("X"))
                    .isInstanceOf(SQLTimeoutException.class);
        }
        assertThat(controller.cancellations()).isEqualTo(1);
    }

    @Test
    void abortAndCloseBreakOffWhatAnotherThreadWaitsFor() throws Exception {
        for (boolean abort : new boolean[] {true, false}) {
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            controller.script(
                    request -> {
                        running.countDown();
                        never.await();
                        return null;
                    });
            Connection victim = DriverManager.getConnection(controller.url());
            Thread ender =
                    new Thread(
                            () -> {
                                try {
                                    running.await();
                                    if (abort) {
                                        victim.abort(Runnable::run);
                                    } else {
                                        victim.close();
                                    }
                                } catch (SQLException | InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            "lockstep-test-ender");
            ender.start();
            victim.setAutoCommit(false);
            try (Statement statement = victim.createStatement()) {
                SQLException failure =
                        catchThrowableOfType(SQLException.class, () -> statement.execute("X"));
                assertThat(failure.getSQLState()).isEqualTo("08006");
            }
            ender.join();
            never.countDown();
            assertThat(victim.isClosed()).isTrue();
        }
    }

    @Test
    void outParametersAreReadByIndex() throws Exception {
        controller.script(
                request ->
                        List.of(
                                new Response.RowsDescribed(
                                        TransactionStatus.IDLE,
                                        false,
                                        true,
                                        RowSet.complete(
                                                TestRows.columns(
                                                        TestRows.column("A", Types.INTEGER, "INT"),
                                                        TestRows.column(
                                                                "B", Types.VARCHAR, "VARCHAR")),
                                                RowBlock.of(2, List.of(List.of(42, "out")))))));
        try (CallableStatement call = connection.prepareCall("{? = call F(?, ?)}")) {
            call.registerOutParameter(1, Types.INTEGER);
            call.setString(2, "in");
            call.registerOutParameter(3, Types.VARCHAR);
            call.setString(3, "inout");
            assertThat(call.execute()).isFalse();
            assertThat(call.getInt(1)).isEqualTo(42);
            assertThat(call.getString(3)).isEqualTo("out");
            assertThat(call.getObject(1)).isEqualTo(42);
            assertThatThrownBy(() -> call.getString(2)).hasMessageContaining("not registered");
        }
        assertThat(controller.requests(Request.Execute.class).get(0).parameters())
                .containsExactly(
                        new OutParameter(Types.INTEGER, -1, false, null),
                        "in",
                        new OutParameter(Types.VARCHAR, -1, true, "inout"));
    }

    @Test
    void nullsSayTheirType() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT ...")) {
            insert.setString(1, null);
            insert.setBytes(2, null);
            insert.setNull(3, Types.DATE);
            insert.setObject(4, null);
            insert.setTimestamp(5, null);
            insert.setObject(6, null, Types.BIGINT);
            insert.executeUpdate();
        }
        assertThat(controller.requests(Request.Execute.class).get(0).parameters())
                .containsExactly(
                        new TypedNull(Types.VARCHAR),
                        new TypedNull(Types.VARBINARY),
                        new TypedNull(Types.DATE),
                        null,
                        new TypedNull(Types.TIMESTAMP),
                        new TypedNull(Types.BIGINT));
    }

    @Test
    void aGapAmongTheParametersIsFoundBeforeAnythingIsSent() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement("INSERT ...")) {
            insert.setInt(1, 1);
            insert.setInt(3, 3);
            assertThatThrownBy(insert::executeUpdate).hasMessageContaining("Parameter 2");
            assertThatThrownBy(() -> insert.setInt(0, 1)).hasMessageContaining("index 0");
            insert.clearParameters();
            insert.executeUpdate();
        }
        assertThat(controller.roundTrips()).isEqualTo(1);
    }

    @Test
    void metadataOfAPreparedStatementIsAskedForOnce() throws Exception {
        controller.script(
                request ->
                        request instanceof Request.Describe
                                ? List.of(
                                        new Response.Description(
                                                TransactionStatus.IDLE,
                                                List.of(
                                                        new ParameterDescription(
                                                                Types.BIGINT,
                                                                "BIGINT",
                                                                "java.lang.Long",
                                                                19,
                                                                0,
                                                                1,
                                                                1,
                                                                true)),
                                                TestRows.ID))
                                : null);
        try (PreparedStatement query = connection.prepareStatement("SELECT ID ... ?")) {
            assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(1);
            assertThat(query.getParameterMetaData().getParameterType(1)).isEqualTo(Types.BIGINT);
            assertThat(query.getMetaData().getColumnName(1)).isEqualTo("ID");
            query.setLong(1, 1);
            query.executeUpdate();
        }
        assertThat(controller.tags())
                .containsExactly(RequestTag.PREPARE, RequestTag.DESCRIBE, RequestTag.EXECUTE);
    }

    @Test
    void closeOnCompletionClosesWithTheLastResult() throws Exception {
        answer(TestRows.firstIds(0, 1, true));
        Statement statement = connection.createStatement();
        statement.closeOnCompletion();
        ResultSet rows = statement.executeQuery("SELECT ID FROM T");
        assertThat(statement.isClosed()).isFalse();
        rows.close();
        assertThat(statement.isClosed()).isTrue();
    }

    @Test
    void whatIsClosedSaysSo() throws Exception {
        answer(TestRows.firstIds(0, 1, true));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT ID FROM T");
        statement.close();
        statement.close();
        assertThat(rows.isClosed()).isTrue();
        assertThatThrownBy(rows::next).hasMessageContaining("closed");
        assertThatThrownBy(() -> statement.execute("X"))
                .hasMessage("The statement is closed")
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("HY010");
        connection.close();
        connection.close();
        assertThatThrownBy(connection::createStatement)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("08003");
    }

    @Test
    void anExecutionClosesTheResultBefore() throws Exception {
        answer(TestRows.firstIds(0, 1, true));
        try (PreparedStatement query = connection.prepareStatement("SELECT ID FROM T")) {
            ResultSet first = query.executeQuery();
            ResultSet second = query.executeQuery();
            assertThat(first.isClosed()).isTrue();
            assertThat(second.isClosed()).isFalse();
        }
    }

    @Test
    void theColumnsOfAPreparedStatementAreNotRepeated() throws Exception {
        controller.script(
                request ->
                        controller.roundTrips() == 1
                                ? List.of(TestRows.firstIds(0, 1, true))
                                : List.of(TestRows.moreIds(0, 8, 1, true)));
        try (PreparedStatement query = connection.prepareStatement("SELECT ID FROM T")) {
            query.executeQuery();
            try (ResultSet rows = query.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getLong("ID")).isEqualTo(8);
            }
        }
    }

    @Test
    void countsBeyondAnIntAreThereInFull() throws Exception {
        answer(count(5_000_000_000L, false));
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.executeLargeUpdate("DELETE FROM T")).isEqualTo(5_000_000_000L);
            assertThat(statement.getLargeUpdateCount()).isEqualTo(5_000_000_000L);
            assertThat(statement.getUpdateCount()).isEqualTo(Integer.MAX_VALUE);
        }
    }

    @Test
    void identifiersAndLiteralsAreQuotedByTheJdksRules() throws Exception {
        try (Statement statement = connection.createStatement()) {
            assertThat(statement.enquoteLiteral("it's")).isEqualTo("'it''s'");
            assertThat(statement.enquoteIdentifier("Odd name", false)).isEqualTo("\"Odd name\"");
            assertThat(statement.isSimpleIdentifier("plain")).isTrue();
        }
    }
}
