package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.TransactionStatus;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JdbcConnectionTest {
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

    @Test
    void itStartsAsTheControllerSays() throws Exception {
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(connection.getTransactionIsolation())
                .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(connection.isReadOnly()).isFalse();
        assertThat(connection.getSchema()).isEqualTo("PUBLIC");
        assertThat(connection.getCatalog()).isNull();
        assertThat(connection.getHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        assertThat((Object) connection.getWarnings()).isNull();
        assertThat(connection.isValid(5)).isTrue();
    }

    @Test
    void propertiesThatMeanNothingAreWarnedOf() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("cachePrepStmts", "true");
        try (Connection other = DriverManager.getConnection(controller.url(), properties)) {
            assertThat(other.getWarnings().getMessage()).contains("cachePrepStmts");
        }
    }

    @Test
    void commitAndRollbackNeedManualCommit() {
        assertThatThrownBy(connection::commit).hasMessageContaining("auto-commit is on");
        assertThatThrownBy(connection::rollback).hasMessageContaining("auto-commit is on");
        assertThatThrownBy(connection::setSavepoint).hasMessageContaining("auto-commit is on");
    }

    @Test
    void savepointsAreSetTakenBackToAndReleased() throws Exception {
        connection.setAutoCommit(false);
        Savepoint unnamed = connection.setSavepoint();
        Savepoint named = connection.setSavepoint("mine");
        Savepoint again = connection.setSavepoint("mine");
        connection.rollback(named);
        connection.releaseSavepoint(unnamed);
        assertThat(unnamed.getSavepointId()).isEqualTo(1);
        assertThat(named.getSavepointName()).isEqualTo("mine");
        assertThatThrownBy(unnamed::getSavepointName).isInstanceOf(SQLException.class);
        assertThatThrownBy(again::getSavepointId).isInstanceOf(SQLException.class);
        assertThat(controller.requests(Request.Savepoint.class))
                .extracting(Request.Savepoint::name)
                .doesNotHaveDuplicates()
                .hasSize(3);
        assertThat(controller.requests(Request.RollbackToSavepoint.class).get(0).name())
                .isEqualTo(controller.requests(Request.Savepoint.class).get(1).name());
        connection.commit();
        assertThat(controller.requests(Request.Commit.class)).hasSize(1);
        try (Connection other = DriverManager.getConnection(controller.url())) {
            other.setAutoCommit(false);
            assertThatThrownBy(() -> other.rollback(named))
                    .hasMessageContaining("not set on this connection");
        }
    }

    @Test
    void isolationAndReadOnlyDoNotChangeWithinATransaction() throws Exception {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM T");
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED); // no change
        connection.setReadOnly(false);
        assertThatThrownBy(
                        () ->
                                connection.setTransactionIsolation(
                                        Connection.TRANSACTION_SERIALIZABLE))
                .hasMessageContaining("within a transaction");
        assertThatThrownBy(() -> connection.setReadOnly(true))
                .hasMessageContaining("within a transaction");
        connection.rollback();
        connection.setReadOnly(true);
        assertThat(connection.isReadOnly()).isTrue();
        assertThatThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_NONE))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void anErrorAnsweredToAPingIsStillAnAnswer() throws Exception {
        controller.script(
                request ->
                        List.of(
                                FakeController.failed(
                                        TransactionStatus.IDLE, "3F000", "no schema", false)));
        connection.setSchema("NOSUCH");
        assertThat(connection.isValid(5)).isTrue();
    }

    @Test
    void aControllerThatDoesNotAnswerInTimeIsNotValid() throws Exception {
        controller.script(
                request -> {
                    Thread.sleep(60_000); // interrupted by nobody; the thread is a daemon
                    return null;
                });
        assertThat(connection.isValid(1)).isFalse();
        assertThat(connection.isClosed()).isTrue();
        assertThatThrownBy(() -> connection.isValid(-1)).isInstanceOf(SQLException.class);
    }

    @Test
    void closingSaysSoToTheController() throws Exception {
        connection.close();
        org.awaitility.Awaitility.await()
                .until(() -> controller.tags().contains(RequestTag.TERMINATE));
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        connection.abort(Runnable::run);
    }

    @Test
    void networkTimeoutIsTheSockets() throws Exception {
        assertThat(connection.getNetworkTimeout()).isZero();
        connection.setNetworkTimeout(null, 1_234);
        assertThat(connection.getNetworkTimeout()).isEqualTo(1_234);
        assertThat(connection.isValid(5)).isTrue();
        assertThat(connection.getNetworkTimeout()).isEqualTo(1_234);
    }

    @Test
    void theApplicationsNameIsSetWhenConnecting() throws Exception {
        try (Connection named =
                DriverManager.getConnection(controller.url() + "&applicationName=broker-1")) {
            assertThat(named.getClientInfo("ApplicationName")).isEqualTo("broker-1");
            assertThat(named.getClientInfo()).containsEntry("ApplicationName", "broker-1");
            named.setClientInfo("ApplicationName", "broker-1");
            SQLClientInfoException refused =
                    catchThrowableOfType(
                            SQLClientInfoException.class,
                            () -> named.setClientInfo("ApplicationName", "other"));
            assertThat((Throwable) refused).hasMessageContaining("applicationName");
        }
    }

    @Test
    void whatTheConnectionMakesCanBeAParameter() throws Exception {
        java.sql.Blob blob = connection.createBlob();
        blob.setBytes(1, new byte[] {1});
        java.sql.Clob clob = connection.createClob();
        clob.setString(1, "c");
        java.sql.SQLXML xml = connection.createSQLXML();
        xml.setString("<x/>");
        try (PreparedStatement insert = connection.prepareStatement("INSERT ...")) {
            insert.setBlob(1, blob);
            insert.setClob(2, clob);
            insert.setSQLXML(3, xml);
            insert.setArray(4, connection.createArrayOf("int4", new Object[] {1, 2}));
            insert.executeUpdate();
        }
        List<Object> sent = controller.requests(Request.Execute.class).get(0).parameters();
        assertThat((byte[]) sent.get(0)).containsExactly(1);
        assertThat(sent.subList(1, 3)).containsExactly("c", "<x/>");
        assertThat(sent.get(3))
                .isEqualTo(
                        new io.lockstep.protocol.ArrayValue("int4", Types.INTEGER, List.of(1, 2)));
    }

    @Test
    void threadsTakeTurnsOnOneConnection() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Object>> all =
                    IntStream.range(0, threads)
                            .mapToObj(
                                    thread ->
                                            executor.submit(
                                                    () -> {
                                                        start.await();
                                                        for (int i = 0; i < 50; i++) {
                                                            insert(thread);
                                                        }
                                                        return null;
                                                    }))
                            .toList();
            for (Future<Object> each : all) {
                each.get(30, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(controller.roundTrips()).isEqualTo(threads * 50);
        assertThat(controller.requests(Request.Execute.class))
                .extracting(request -> request.options().transactionSequence())
                .doesNotHaveDuplicates();
    }

    private void insert(int thread) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO T" + thread % 3 + " VALUES (?)")) {
            insert.setInt(1, thread);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void metadataIsTheBackendsButForTheDriver() throws Exception {
        controller.script(
                request ->
                        switch (request.tag()) {
                            case METADATA_VALUES ->
                                    List.of(
                                            TestRows.complete(
                                                    TestRows.columns(
                                                            TestRows.column(
                                                                    "M", Types.VARCHAR, "VARCHAR"),
                                                            TestRows.column(
                                                                    "V", Types.OTHER, "OTHER")),
                                                    List.of("supportsUnion", true),
                                                    List.of("getMaxIndexLength", 3072),
                                                    List.of("getIdentifierQuoteString", "`")));
                            case METADATA -> List.of(TestRows.row(Types.VARCHAR, "T"));
                            default -> null;
                        });
        java.sql.DatabaseMetaData data = connection.getMetaData();
        assertThat(data.getDriverName()).isEqualTo("Lockstep JDBC Driver");
        assertThat(data.getDatabaseProductName()).isEqualTo("FakeDB");
        assertThat(data.getDatabaseProductVersion()).isEqualTo("1.2.3");
        assertThat(data.getURL()).endsWith("/shop").doesNotContain("secret");
        assertThat(data.getUserName()).isEqualTo("app");
        assertThat(controller.roundTrips()).isZero();
        assertThat(data.supportsUnion()).isTrue();
        assertThat(data.getMaxIndexLength()).isEqualTo(3072);
        assertThat(data.getIdentifierQuoteString()).isEqualTo("`");
        assertThat(connection.getMetaData().supportsUnion()).isTrue();
        assertThat(controller.roundTrips()).isEqualTo(1);
        try (ResultSet tables =
                data.getTables(null, null, "ACTIVEMQ_MSGS", new String[] {"TABLE"})) {
            assertThat(tables.next()).isTrue();
        }
        Request.Metadata asked = controller.requests(Request.Metadata.class).get(0);
        assertThat(asked.method()).isEqualTo("getTables");
        assertThat(asked.arguments())
                .containsExactly(
                        null,
                        null,
                        "ACTIVEMQ_MSGS",
                        new io.lockstep.protocol.ArrayValue(
                                "VARCHAR", Types.VARCHAR, List.of("TABLE")));
        try (ResultSet info = data.getClientInfoProperties()) {
            assertThat(info.next()).isTrue();
            assertThat(info.getString("NAME")).isEqualTo("ApplicationName");
        }
    }

    @Test
    void theDriverIsFoundByItsUrlOnly() throws Exception {
        Driver driver = DriverManager.getDriver("jdbc:lockstep://h/d");
        assertThat(driver).isInstanceOf(LockstepDriver.class);
        assertThat(driver.connect("jdbc:postgresql://h/d", new Properties())).isNull();
        assertThat(driver.acceptsURL(null)).isFalse();
        assertThat(driver.jdbcCompliant()).isFalse();
        assertThat(driver.getPropertyInfo("jdbc:lockstep://h/d?tls=require", null))
                .filteredOn(info -> info.name.equals("tls"))
                .singleElement()
                .extracting(info -> info.value)
                .isEqualTo("require");
        assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
        assertThat(connection.isWrapperFor(String.class)).isFalse();
        assertThatThrownBy(() -> connection.unwrap(String.class)).isInstanceOf(SQLException.class);
    }

    @Test
    void aDataSourceConnectsWithItsProperties() throws Exception {
        LockstepDataSource source = new LockstepDataSource();
        source.setServerName("127.0.0.1");
        source.setPortNumber(controller.port());
        source.setDatabaseName("shop");
        source.setUser(FakeController.USER);
        source.setPassword(FakeController.PASSWORD);
        source.setApplicationName("pool");
        source.setReadOnly(true);
        source.setLoginTimeout(5);
        assertThat(source.getUrl()).isEqualTo("jdbc:lockstep://" + controller.host() + "/shop");
        assertThat(source.getLoginTimeout()).isEqualTo(5);
        try (Connection ours = source.getConnection()) {
            assertThat(ours.isReadOnly()).isTrue();
        }
        assertThatThrownBy(() -> source.getConnection("app", "wrong"))
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("08004");
        source.setUrl(controller.url());
        try (Connection byUrl = source.getConnection()) {
            assertThat(byUrl.isValid(5)).isTrue();
        }
        assertThat(source.toString()).doesNotContain("secret");
    }
}
