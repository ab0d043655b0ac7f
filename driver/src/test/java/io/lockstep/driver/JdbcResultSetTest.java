package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.driver.convert.ParameterConversion;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowDescription;
import java.io.File;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class JdbcResultSetTest {
    private FakeController controller;
    private Connection connection;
    private Statement statement;

    @BeforeEach
    void connect() throws Exception {
        controller = new FakeController();
        connection = DriverManager.getConnection(controller.url());
        statement = connection.createStatement();
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        controller.close();
    }

    private ResultSet query(Response answer) throws SQLException {
        controller.script(request -> List.of(answer));
        return statement.executeQuery("SELECT");
    }

    /** Answers with ids from 1 to {@code total}, so many in each reply. */
    private void serveIds(long total, long each) {
        controller.script(new IdServer(total, each));
    }

    private static final class IdServer implements FakeController.Script {
        private final long total;
        private final long each;
        private long sent;

        IdServer(long total, long each) {
            this.total = total;
            this.each = each;
        }

        @Override
        public List<Response> answer(Request request) {
            long first = sent + 1;
            if (request instanceof Request.ExecuteDirect) {
                first = 1;
                sent = 0;
            } else if (!(request instanceof Request.Fetch)) {
                return null;
            }
            long count = Math.min(each, total - sent);
            sent += count;
            boolean last = sent == total;
            return List.of(
                    request instanceof Request.Fetch
                            ? TestRows.moreIds(5, first, count, last)
                            : TestRows.firstIds(last ? 0 : 5, count, last));
        }
    }

    @Test
    void rowsAreFetchedAsTheyAreNeeded() throws Exception {
        serveIds(10, 4);
        statement.setFetchSize(4);
        try (ResultSet rows = statement.executeQuery("SELECT")) {
            for (long id = 1; id <= 10; id++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getLong(1)).isEqualTo(id);
                assertThat(rows.getRow()).isEqualTo((int) id);
                assertThat(controller.roundTrips()).isEqualTo((int) (id + 3) / 4);
            }
            assertThat(rows.next()).isFalse();
            assertThat(rows.next()).isFalse();
        }
        assertThat(controller.requests(Request.Fetch.class))
                .containsExactly(new Request.Fetch(5, 4), new Request.Fetch(5, 4));
    }

    @Test
    void anEmptyLastBlockEndsTheResult() throws Exception {
        controller.script(
                request ->
                        List.of(
                                request instanceof Request.Fetch
                                        ? TestRows.moreIds(5, 1, 0, true)
                                        : TestRows.firstIds(5, 1, false)));
        try (ResultSet rows = statement.executeQuery("SELECT")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.isLast()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(1);
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void moreRowsThanMaxRowsAreNotShown() throws Exception {
        serveIds(10, 10);
        statement.setMaxRows(3);
        try (ResultSet rows = statement.executeQuery("SELECT")) {
            int count = 0;
            while (rows.next()) {
                count++;
            }
            assertThat(count).isEqualTo(3);
        }
    }

    @Test
    void theCursorKnowsWhereItIs() throws Exception {
        serveIds(2, 1);
        try (ResultSet rows = statement.executeQuery("SELECT")) {
            assertThat(rows.isBeforeFirst()).isTrue();
            assertThatThrownBy(() -> rows.getLong(1)).hasMessageContaining("before its first row");
            assertThat(rows.next()).isTrue();
            assertThat(rows.isBeforeFirst()).isFalse();
            assertThat(rows.isFirst()).isTrue();
            assertThat(rows.isLast()).isFalse();
            assertThat(rows.getLong(1)).isEqualTo(1); // looking ahead does not move
            assertThat(rows.next()).isTrue();
            assertThat(rows.isFirst()).isFalse();
            assertThat(rows.isLast()).isTrue();
            assertThat(rows.next()).isFalse();
            assertThat(rows.isAfterLast()).isTrue();
            assertThat(rows.getRow()).isZero();
            assertThatThrownBy(() -> rows.getLong(1)).hasMessageContaining("after its last row");
        }
    }

    @Test
    void anEmptyResultIsNeitherBeforeNorAfterAnything() throws Exception {
        try (ResultSet rows = query(TestRows.complete(TestRows.ID))) {
            assertThat(rows.isBeforeFirst()).isFalse();
            assertThat(rows.next()).isFalse();
            assertThat(rows.isAfterLast()).isFalse();
        }
    }

    @Test
    void columnsAreFoundByLabelWhateverItsCaseAndTheFirstOfEqualOnesWins() throws Exception {
        RowDescription columns =
                TestRows.columns(
                        TestRows.column("Name", Types.VARCHAR, "VARCHAR"),
                        TestRows.column("name", Types.VARCHAR, "VARCHAR"),
                        TestRows.column("other", Types.VARCHAR, "VARCHAR"));
        try (ResultSet rows = query(TestRows.complete(columns, List.of("a", "b", "c")))) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("Name")).isEqualTo("a");
            assertThat(rows.getString("name")).isEqualTo("a");
            assertThat(rows.getString("NAME")).isEqualTo("a");
            assertThat(rows.findColumn("OTHER")).isEqualTo(3);
            assertThatThrownBy(() -> rows.getString("missing")).hasMessageContaining("\"missing\"");
            assertThatThrownBy(() -> rows.getString(4)).hasMessageContaining("3 columns");
            assertThatThrownBy(() -> rows.getString(null)).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void nullsAreZeroFalseAndNull() throws Exception {
        try (ResultSet rows = query(TestRows.row(Types.VARCHAR, null, 7L))) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isZero();
            assertThat(rows.wasNull()).isTrue();
            assertThat(rows.getLong(2)).isEqualTo(7);
            assertThat(rows.wasNull()).isFalse();
            assertThat(rows.getBoolean(1)).isFalse();
            assertThat(rows.getString(1)).isNull();
            assertThat(rows.getBytes(1)).isNull();
            assertThat(rows.getObject(1)).isNull();
            assertThat(rows.getTimestamp(1)).isNull();
            assertThat(rows.getBlob(1)).isNull();
            assertThat(rows.getBinaryStream(1)).isNull();
            assertThat(rows.getObject(1, Integer.class)).isNull();
            assertThat(rows.wasNull()).isTrue();
        }
    }

    @Test
    void largeObjectsAreReadFromMemory() throws Exception {
        byte[] bytes = new byte[2_000_000];
        Arrays.fill(bytes, (byte) 'x');
        RowDescription columns =
                TestRows.columns(
                        TestRows.column("B", Types.BLOB, "BLOB"),
                        TestRows.column("C", Types.CLOB, "CLOB"));
        String text = new String(bytes, StandardCharsets.US_ASCII);
        controller.answerWith(new FakeController.LargeRow(columns, List.of(bytes, text)));
        try (ResultSet rows = statement.executeQuery("SELECT")) {
            assertThat(rows.next()).isTrue();
            Blob blob = rows.getBlob(1);
            assertThat(blob.length()).isEqualTo(bytes.length);
            assertThat(blob.getBytes(1, bytes.length)).isEqualTo(bytes);
            assertThat(rows.getBinaryStream(1)).hasBinaryContent(bytes);
            assertThat(rows.getObject(1)).isInstanceOf(Blob.class);
            assertThat(rows.getString(2)).isEqualTo(text);
            assertThat(rows.getClob(2).getSubString(5, 3)).isEqualTo("xxx");
            assertThat(ParameterConversion.text(rows.getCharacterStream(2))).isEqualTo(text);
        }
    }

    @Test
    void objectsHaveTheClassOfTheirColumn() throws Exception {
        LocalDateTime moment = LocalDateTime.of(2026, 1, 31, 23, 59, 58, 123_456_000);
        try (ResultSet rows = query(TestRows.row(Types.TIMESTAMP, moment))) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getObject(1)).isEqualTo(Timestamp.valueOf(moment));
            assertThat(rows.getObject(1, LocalDateTime.class)).isEqualTo(moment);
            assertThat(rows.getString(1)).isEqualTo("2026-01-31 23:59:58.123456");
        }
        try (ResultSet rows = query(TestRows.row(Types.SMALLINT, (short) 5))) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getObject(1)).isEqualTo(5);
            assertThat(rows.getBigDecimal(1)).isEqualTo(BigDecimal.valueOf(5));
        }
    }

    @Test
    void onlyForwardAndOnlyReading() throws Exception {
        try (ResultSet rows = query(TestRows.firstIds(0, 1, true))) {
            assertThat(rows.getType()).isEqualTo(ResultSet.TYPE_FORWARD_ONLY);
            assertThat(rows.getConcurrency()).isEqualTo(ResultSet.CONCUR_READ_ONLY);
            assertThatThrownBy(rows::previous)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("forward only");
            assertThatThrownBy(() -> rows.updateInt(1, 1))
                    .isInstanceOf(SQLFeatureNotSupportedException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isNotEqualTo("0A000");
        }
    }

    @Test
    void whatIsNotThereIsReplacedWithAWarning() throws Exception {
        Statement scrollable =
                connection.createStatement(
                        ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
        assertThat(scrollable.getResultSetType()).isEqualTo(ResultSet.TYPE_FORWARD_ONLY);
        SQLWarning warning = connection.getWarnings();
        assertThat(warning.getMessage()).contains("Scrollable");
        assertThat(warning.getNextWarning().getMessage()).contains("Updatable");
        connection.clearWarnings();
        assertThat((Object) connection.getWarnings()).isNull();
    }

    /** A client of 64 MB goes through five million rows. */
    @Test
    void memoryDoesNotGrowWithTheResult() throws Exception {
        serveIds(5_000_000, 8_192);
        Process client =
                new ProcessBuilder(
                                System.getProperty("java.home") + File.separator + "bin/java",
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                SmallClient.class.getName(),
                                controller.url())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(client.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.strip()).isEqualTo("5000000 rows, sum 12500002500000");
    }

    /** Counts the rows of a query in a JVM of its own. */
    static final class SmallClient {
        private SmallClient() {}

        public static void main(String[] arguments) throws SQLException {
            long count = 0;
            long sum = 0;
            try (Connection connection = DriverManager.getConnection(arguments[0]);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT ID FROM T")) {
                while (rows.next()) {
                    count++;
                    sum += rows.getLong(1);
                }
            }
            System.out.println(count + " rows, sum " + sum);
        }
    }
}
