package io.lockstep.backends.dialect;

import io.lockstep.backends.markers.Marker;
import io.lockstep.backends.markers.MarkerTables;
import io.lockstep.backends.markers.Markers.Claim;
import io.lockstep.backends.markers.Markers.Position;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What the engines' marker tables have in common. A subclass says how its engine has {@link #raise}
 * wait for those who have inserted a marker: an INSERT reads the fence at one moment and commits at
 * a later one, and the fence must not rise in between.
 */
abstract class MarkerSql implements MarkerTables {
    private static final int LONGEST_NAME = Claim.LONGEST_NAME;

    private static final int CLAIM_COLUMNS = 6;

    /** Of the one row in each of the tables claim and watermark. */
    private static final String ONLY_ROW = "id = 1";

    private final Texts texts;
    private final String[] tables = new String[TABLES];
    private final String[] inserts = new String[TABLES];
    private final String[] insertsAndCommits = new String[TABLES];
    private final String claim;
    private final String fence;
    private final String watermark;

    /**
     * An engine's own texts.
     *
     * @param names a table's name as it is to be written, with its schema, for {@code %s}
     * @param createSchema creates the schema
     * @param insert inserts a marker: into which table, and the fence, for two {@code %s}
     * @param insertAndCommit COMMIT behind an insert, the {@code %s}, in one; null if they must be
     *     two statements
     */
    record Texts(String names, String createSchema, String insert, String insertAndCommit) {}

    MarkerSql(Texts texts) {
        this.texts = texts;
        claim = texts.names().formatted("claim");
        fence = texts.names().formatted("fence");
        watermark = texts.names().formatted("watermark");
        for (int table = 0; table < TABLES; table++) {
            tables[table] = texts.names().formatted("marker_" + table);
            inserts[table] = texts.insert().formatted(tables[table], fence);
            insertsAndCommits[table] =
                    commitsInOne() ? texts.insertAndCommit().formatted(inserts[table]) : null;
        }
    }

    final String table(int table) {
        return tables[table];
    }

    final String fence() {
        return fence;
    }

    /** Several, so that locking one of them to read it does not make all commits queue. */
    int fenceRows() {
        return 1;
    }

    /** Behind a CREATE TABLE. */
    String tableOptions() {
        return "";
    }

    /** Makes the transaction wait until those who have inserted markers have ended. */
    void quiesce(Statement statement) throws SQLException {
        // Where inserting a marker locks the row of the fence, changing that row waits.
    }

    @Override
    public final void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (isComplete(statement)) {
                return;
            }
            SQLException noSchema = createSchema(statement);
            try {
                for (String sql : definitions()) {
                    unlessThere(statement, sql);
                }
            } catch (SQLException e) {
                if (noSchema != null) {
                    e.addSuppressed(noSchema);
                }
                throw e;
            }
        }
    }

    /** The last row that {@link #definitions} makes is there, so everything else is. */
    private boolean isComplete(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT seq FROM " + watermark + " WHERE " + ONLY_ROW)) {
            return row.next();
        } catch (SQLException e) {
            return false; // whatever is wrong, the definitions meet it as well
        }
    }

    /** Not fatal: an administrator may have made the schema for a user who may not. */
    private SQLException createSchema(Statement statement) {
        try {
            unlessThere(statement, texts.createSchema());
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    private List<String> definitions() {
        List<String> all = new ArrayList<>();
        for (String table : tables) {
            all.add(
                    "CREATE TABLE %s (seq BIGINT NOT NULL PRIMARY KEY, epoch BIGINT NOT NULL)%s"
                            .formatted(table, tableOptions()));
        }
        all.add(
                "CREATE TABLE %s (slot INT NOT NULL PRIMARY KEY, epoch BIGINT NOT NULL)%s"
                        .formatted(fence, tableOptions()));
        for (int slot = 0; slot < fenceRows(); slot++) {
            all.add("INSERT INTO %s (slot, epoch) VALUES (%d, -1)".formatted(fence, slot));
        }
        all.add(
                "CREATE TABLE %s (id INT NOT NULL PRIMARY KEY, virtual_database VARCHAR(%d) NOT NULL, log_id CHAR(36) NOT NULL, epoch BIGINT NOT NULL, view_number BIGINT NOT NULL, holder VARCHAR(%d) NOT NULL, since_millis BIGINT NOT NULL)%s"
                        .formatted(claim, LONGEST_NAME, LONGEST_NAME, tableOptions()));
        all.add(
                "CREATE TABLE %s (id INT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL)%s"
                        .formatted(watermark, tableOptions()));
        all.add("INSERT INTO %s (id, seq) VALUES (1, -1)".formatted(watermark));
        return all;
    }

    private void unlessThere(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (SQLException e) {
            FailureClass failure = classify(e);
            if (failure != FailureClass.OBJECT_EXISTS && failure != FailureClass.DUPLICATE_KEY) {
                throw e;
            }
        }
    }

    abstract FailureClass classify(SQLException failure);

    @Override
    public final Optional<Claim> claim(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT virtual_database, log_id, epoch, view_number, holder, since_millis FROM %s WHERE %s"
                                        .formatted(claim, ONLY_ROW))) {
            return row.next()
                    ? Optional.of(
                            new Claim(
                                    row.getString(1),
                                    UUID.fromString(row.getString(2).strip()),
                                    row.getLong(3),
                                    row.getLong(4),
                                    row.getString(5),
                                    row.getLong(6)))
                    : Optional.empty();
        }
    }

    @Override
    public final boolean raise(Connection connection, Claim expected, Claim next)
            throws SQLException {
        boolean raises = expected == null || expected.epoch() != next.epoch();
        try (Statement statement = connection.createStatement()) {
            if (raises) {
                quiesce(statement);
            }
            boolean won =
                    expected == null
                            ? insertClaim(connection, next)
                            : updateClaim(connection, expected, next);
            if (won && raises) {
                statement.executeUpdate("UPDATE %s SET epoch = %d".formatted(fence, next.epoch()));
            }
            return won;
        }
    }

    private boolean insertClaim(Connection connection, Claim next) throws SQLException {
        String sql =
                "INSERT INTO %s (virtual_database, log_id, epoch, view_number, holder, since_millis, id) VALUES (?, ?, ?, ?, ?, ?, 1)"
                        .formatted(claim);
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            bind(insert, next, 0);
            insert.executeUpdate();
            return true;
        } catch (SQLException e) {
            if (classify(e) == FailureClass.DUPLICATE_KEY) {
                return false;
            }
            throw e;
        }
    }

    private boolean updateClaim(Connection connection, Claim expected, Claim next)
            throws SQLException {
        String sql =
                "UPDATE %s SET virtual_database = ?, log_id = ?, epoch = ?, view_number = ?, holder = ?, since_millis = ? WHERE %s AND virtual_database = ? AND log_id = ? AND epoch = ? AND view_number = ? AND holder = ? AND since_millis = ?"
                        .formatted(claim, ONLY_ROW);
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            bind(update, next, 0);
            bind(update, expected, CLAIM_COLUMNS);
            return update.executeUpdate() == 1;
        }
    }

    private static void bind(PreparedStatement statement, Claim claim, int before)
            throws SQLException {
        statement.setString(before + 1, claim.virtualDatabase());
        statement.setString(before + 2, claim.log().toString());
        statement.setLong(before + 3, claim.epoch());
        statement.setLong(before + 4, claim.view());
        statement.setString(before + 5, claim.holder());
        statement.setLong(before + 6, claim.sinceMillis());
    }

    /**
     * One statement sees one moment. The watermark comes last for the engine without snapshots: a
     * table emptied meanwhile is then accounted for.
     */
    @Override
    public Position position(Connection connection) throws SQLException {
        StringBuilder sql = new StringBuilder(300);
        for (String table : tables) {
            sql.append("SELECT 0, seq FROM ").append(table).append(" UNION ALL ");
        }
        sql.append("SELECT 1, seq FROM ").append(watermark).append(positionSuffix());
        LongStream.Builder sequences = LongStream.builder();
        long lowest = Long.MIN_VALUE;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.toString())) {
            while (row.next()) {
                if (row.getInt(1) == 0) {
                    sequences.add(row.getLong(2));
                } else {
                    lowest = row.getLong(2);
                }
            }
        }
        if (lowest == Long.MIN_VALUE) {
            throw new SQLException(
                    "the row of " + watermark + " is gone, so what is here is not known", "55000");
        }
        long above = lowest;
        return new Position(
                above, sequences.build().filter(sequence -> sequence > above).sorted().toArray());
    }

    @Override
    public final Optional<String> missing(Connection connection, long[] sequences, long epoch)
            throws SQLException {
        StringBuilder sql = new StringBuilder(300);
        for (int table = 0; table < TABLES; table++) {
            int wanted = table;
            String in =
                    LongStream.of(sequences)
                            .filter(sequence -> MarkerTables.table(sequence) == wanted)
                            .mapToObj(Long::toString)
                            .collect(Collectors.joining(", "));
            if (!in.isEmpty()) {
                sql.append("SELECT 0, seq FROM %s WHERE seq IN (%s)".formatted(tables[table], in));
                sql.append(" UNION ALL ");
            }
        }
        sql.append("SELECT 1, epoch FROM %s WHERE slot = 0 UNION ALL ".formatted(fence));
        sql.append("SELECT 2, seq FROM ").append(watermark).append(lookSuffix());
        Set<Long> found = new HashSet<>();
        long shown = -1;
        long upTo = -1;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.toString())) {
            while (row.next()) {
                long value = row.getLong(2);
                switch (row.getInt(1)) {
                    case 0 -> found.add(value);
                    case 1 -> shown = value;
                    default -> upTo = value;
                }
            }
        }
        if (shown < epoch) {
            return Optional.of("that it was taken over in epoch " + epoch);
        }
        long held = upTo;
        return LongStream.of(sequences)
                .filter(sequence -> sequence > held && !found.contains(sequence))
                .mapToObj(sequence -> "commit " + sequence)
                .findFirst();
    }

    /** Behind the query of {@link #position}. */
    String positionSuffix() {
        return "";
    }

    @Override
    public final boolean setWatermark(Connection connection, long sequence, long epoch)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!fenceShows(statement, epoch)) {
                return false;
            }
            statement.executeUpdate(
                    "UPDATE %s SET seq = %d WHERE %s AND seq < %d"
                            .formatted(watermark, sequence, ONLY_ROW, sequence));
            return true;
        }
    }

    private boolean fenceShows(Statement statement, long epoch) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT epoch FROM " + fence + " WHERE slot = 0")) {
            return row.next() && row.getLong(1) == epoch;
        }
    }

    @Override
    public final List<Integer> emptiable(Connection connection, long sequence) throws SQLException {
        List<Integer> found = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (int table = 0; table < TABLES; table++) {
                try (ResultSet row =
                        statement.executeQuery(
                                "SELECT MAX(seq) FROM " + tables[table] + lookSuffix())) {
                    row.next();
                    long highest = row.getLong(1);
                    if (!row.wasNull() && isPast(highest, sequence)) {
                        found.add(table);
                    }
                }
            }
        }
        return found;
    }

    /** Behind a query whose answer need not be right, so that it waits for nobody. */
    String lookSuffix() {
        return "";
    }

    /** All below, and not the table that is being filled: it would be emptied again and again. */
    private static boolean isPast(long highest, long watermark) {
        return highest <= watermark && highest / RANGE < watermark / RANGE;
    }

    /** Whether the table holds nothing above, asked while nobody else can insert. */
    final boolean isBelow(Statement statement, int table, long sequence) throws SQLException {
        try (ResultSet row =
                statement.executeQuery(
                        "SELECT COUNT(*) FROM " + tables[table] + " WHERE seq > " + sequence)) {
            row.next();
            return row.getLong(1) == 0;
        }
    }

    @Override
    public final Call insert(Marker marker) {
        return new Call(inserts[MarkerTables.table(marker.sequence())], parameters(marker));
    }

    @Override
    public final boolean commitsInOne() {
        return texts.insertAndCommit() != null;
    }

    @Override
    public final Call insertAndCommit(Marker marker) {
        if (!commitsInOne()) {
            throw new UnsupportedOperationException("this engine takes one statement at a time");
        }
        return new Call(
                insertsAndCommits[MarkerTables.table(marker.sequence())], parameters(marker));
    }

    @Override
    public Call fenceCheck(Marker marker) {
        return null;
    }

    List<Long> parameters(Marker marker) {
        return List.of(marker.sequence(), marker.epoch());
    }
}
