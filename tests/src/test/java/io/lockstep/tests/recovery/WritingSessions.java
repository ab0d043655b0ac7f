package io.lockstep.tests.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sessions that write without pause, in auto-commit and in transactions, and go on after they lost
 * their connection. Each remembers what it was told about every write; {@link #verify} holds that
 * against what the databases contain.
 */
final class WritingSessions implements AutoCloseable {
    private static final Duration COMEBACK = Duration.ofSeconds(90);
    private static final long PER_SESSION = 1_000_000_000L;
    private static final int PER_WRITE = 10;

    /** Of so many writes of the first session one is DDL: it stops everybody for a moment. */
    private static final int DEFINED_EVERY = 40;

    private final TestedDatabase database;
    private final List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
    private final List<Session> sessions = new ArrayList<>();
    private final ConcurrentLinkedQueue<Throwable> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicInteger committed = new AtomicInteger();
    private volatile boolean stopping;

    /** What a client was told about a write. */
    private enum Told {
        COMMITTED,
        NOT_COMMITTED,
        NOTHING
    }

    /**
     * One write.
     *
     * @param ids rows that are there if it was committed, and only then
     * @param never rows that are not there in any case
     * @param counts whether it raised its session's counter by one
     * @param table that is there if it was committed, and only then; null if it makes none
     */
    private record Written(
            List<Long> ids, List<Long> never, boolean counts, String table, Told told) {
        /** A row and a table: where DDL commits by itself one may be there without the other. */
        boolean hasTwoParts() {
            return table != null && !ids.isEmpty();
        }
    }

    WritingSessions(TestedDatabase database, int count, Random random) throws SQLException {
        this.database = database;
        database.execute(
                "CREATE TABLE written (id BIGINT NOT NULL PRIMARY KEY, session_no INT NOT NULL, body VARCHAR(200))",
                "CREATE TABLE counters (session_no INT NOT NULL PRIMARY KEY, n INT NOT NULL)");
        kinds.removeAll(List.of(Kind.DEFINITION, Kind.DEFINITION_IN_TRANSACTION));
        if (database.backends().stream()
                .allMatch(each -> each.server().engine() == Engine.POSTGRESQL)) {
            database.execute(
                    "CREATE TABLE parents (id BIGINT NOT NULL PRIMARY KEY)",
                    "CREATE TABLE children (id BIGINT NOT NULL PRIMARY KEY, parent BIGINT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)");
        } else {
            kinds.remove(Kind.REFUSED_COMMIT);
        }
        for (int i = 0; i < count; i++) {
            database.execute("INSERT INTO counters (session_no, n) VALUES (" + i + ", 0)");
        }
        for (int i = 0; i < count; i++) {
            sessions.add(new Session(i, new Random(random.nextLong())));
        }
        sessions.forEach(Thread::start);
    }

    /** Writes of which clients heard that they were committed. */
    int committed() {
        return committed.get();
    }

    /** Ends all sessions after the write they are at. */
    void stop() throws InterruptedException {
        stopping = true;
        for (Session session : sessions) {
            session.join(COMEBACK.toMillis());
            assertThat(session.isAlive()).as("session %s still running", session.number).isFalse();
        }
        assertThat(surprises).isEmpty();
    }

    @Override
    public void close() {
        stopping = true;
        sessions.forEach(Thread::interrupt);
    }

    /** Every acknowledged write is there, once and whole; none that was said to have failed is. */
    void verify() throws SQLException {
        Set<Long> there = new HashSet<>();
        Map<Integer, Integer> counters = new HashMap<>();
        Set<String> tables = new HashSet<>();
        try (Connection connection = database.backend(0).connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT id FROM written")) {
                while (rows.next()) {
                    there.add(rows.getLong(1));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT session_no, n FROM counters")) {
                while (rows.next()) {
                    counters.put(rows.getInt(1), rows.getInt(2));
                }
            }
            try (ResultSet rows =
                    connection
                            .getMetaData()
                            .getTables(
                                    connection.getCatalog(), null, "%", new String[] {"TABLE"})) {
                while (rows.next()) {
                    tables.add(rows.getString("TABLE_NAME").toLowerCase(Locale.ROOT));
                }
            }
        }
        for (Session session : sessions) {
            session.verify(there, counters.get(session.number), tables);
        }
    }

    /**
     * How many writes nobody could tell the fate of; without those of which a part was committed by
     * DDL: that is 08007, and the message says which.
     */
    long untold() {
        boolean ddlCommits =
                database.backends().stream()
                        .map(each -> each.server().engine())
                        .anyMatch(engine -> engine == Engine.MARIADB || engine == Engine.H2);
        return sessions.stream()
                .flatMap(session -> session.writes.stream())
                .filter(write -> write.told() == Told.NOTHING)
                .filter(write -> !(ddlCommits && write.hasTwoParts()))
                .count();
    }

    /** What is done in one go. */
    private enum Kind {
        INSERT,
        COUNT,
        BATCH,
        DUPLICATE,
        TRANSACTION,
        SAVEPOINT,
        ROLLBACK,
        /** A deferred constraint fails it at its end, on every backend. */
        REFUSED_COMMIT,
        DEFINITION,
        /** Behind a write, which it commits on some engines. */
        DEFINITION_IN_TRANSACTION
    }

    private final class Session extends Thread {
        final int number;
        final List<Written> writes = new ArrayList<>(); // read by others after its end
        private final Random random;
        private Connection connection;
        private long next = PER_WRITE;

        Session(int number, Random random) {
            super("writing-session-" + number);
            this.number = number;
            this.random = random;
        }

        @Override
        public void run() {
            try {
                while (!stopping) {
                    boolean defines = number == 0 && random.nextInt(DEFINED_EVERY) == 0;
                    Kind definition =
                            random.nextBoolean() ? Kind.DEFINITION : Kind.DEFINITION_IN_TRANSACTION;
                    write(defines ? definition : kinds.get(random.nextInt(kinds.size())));
                }
            } catch (SQLException | RuntimeException | Error e) {
                if (!stopping) {
                    surprises.add(e);
                }
            } finally {
                closeConnection();
            }
        }

        private void closeConnection() {
            try (Connection closing = connection) {
                connection = null;
            } catch (SQLException e) {
                surprises.add(e);
            }
        }

        private void connect() throws SQLException {
            Instant deadline = Instant.now().plus(COMEBACK);
            while (connection == null) {
                try {
                    connection =
                            DriverManager.getConnection(
                                    database.url() + "?outcomeTimeout=60s",
                                    Database.USER,
                                    Database.PASSWORD);
                } catch (SQLException e) {
                    if (stopping || Instant.now().isAfter(deadline)) {
                        throw e;
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                }
            }
        }

        private void write(Kind kind) throws SQLException {
            connect();
            long first = number * PER_SESSION + next;
            next += PER_WRITE;
            List<Long> ids =
                    switch (kind) {
                        case INSERT, ROLLBACK, DEFINITION_IN_TRANSACTION -> List.of(first);
                        case COUNT, DUPLICATE, REFUSED_COMMIT, DEFINITION -> List.<Long>of();
                        case BATCH, TRANSACTION, SAVEPOINT -> List.of(first, first + 1, first + 2);
                    };
            boolean counts =
                    kind == Kind.COUNT || kind == Kind.TRANSACTION || kind == Kind.SAVEPOINT;
            boolean defines = kind == Kind.DEFINITION || kind == Kind.DEFINITION_IN_TRANSACTION;
            String table = defines ? "made_" + first : null;
            Told told = Told.NOTHING;
            try {
                run(kind, first);
                boolean fails =
                        kind == Kind.DUPLICATE
                                || kind == Kind.ROLLBACK
                                || kind == Kind.REFUSED_COMMIT;
                told = fails ? Told.NOT_COMMITTED : Told.COMMITTED;
                committed.addAndGet(fails ? 0 : 1);
            } catch (SQLException e) {
                told = meaning(kind, e);
            } finally {
                writes.add(new Written(ids, List.of(first + 5), counts, table, told));
            }
        }

        private Told meaning(Kind kind, SQLException e) throws SQLException {
            String state = String.valueOf(e.getSQLState());
            if (state.startsWith("08") || state.equals("57P01") || connection.isClosed()) {
                closeConnection();
            } else if (!connection.getAutoCommit()) {
                rollBack();
            }
            boolean partly = Set.of("55P03", "57P01", "57P03", "53100").contains(state);
            if (kind == Kind.DEFINITION_IN_TRANSACTION && partly) {
                return Told.NOTHING; // its message says what is committed, not its state
            }
            return switch (state) {
                case "08007" -> Told.NOTHING;
                case "08006", "08001", "08003", "40001", "57P01", "57P03", "53100" ->
                        Told.NOT_COMMITTED;
                default -> throw e;
            };
        }

        /** Whoever failed may meet the controller's death in its rollback. */
        private void rollBack() throws SQLException {
            try {
                connection.rollback();
                connection.setAutoCommit(true);
            } catch (SQLException e) {
                if (!String.valueOf(e.getSQLState()).startsWith("08")) {
                    throw e;
                }
                closeConnection();
            }
        }

        private void run(Kind kind, long first) throws SQLException {
            connection.setAutoCommit(
                    switch (kind) {
                        case INSERT, COUNT, BATCH, DUPLICATE, DEFINITION -> true;
                        case TRANSACTION, SAVEPOINT, ROLLBACK, REFUSED_COMMIT -> false;
                        case DEFINITION_IN_TRANSACTION -> false;
                    });
            switch (kind) {
                case INSERT -> insert(first);
                case COUNT -> count();
                case BATCH -> batch(first);
                case DUPLICATE -> duplicate();
                case TRANSACTION -> {
                    insert(first);
                    insert(first + 1);
                    count();
                    insert(first + 2);
                    commit();
                }
                case SAVEPOINT -> {
                    insert(first);
                    Savepoint savepoint = connection.setSavepoint("s");
                    insert(first + 5);
                    connection.rollback(savepoint);
                    count();
                    insert(first + 1);
                    insert(first + 2);
                    commit();
                }
                case ROLLBACK -> {
                    insert(first);
                    connection.rollback();
                }
                case REFUSED_COMMIT -> orphan(first);
                case DEFINITION -> define("made_" + first);
                case DEFINITION_IN_TRANSACTION -> {
                    insert(first);
                    define("made_" + first);
                    connection.commit();
                }
            }
        }

        /** In either of two ways: the driver must find out what became of both. */
        private void commit() throws SQLException {
            if (random.nextBoolean()) {
                connection.commit();
                return;
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("COMMIT");
            }
        }

        private void define(String table) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE " + table + " (id INT NOT NULL PRIMARY KEY)");
            }
        }

        /** Its row among the written ones must not stay either. */
        private void orphan(long first) throws SQLException {
            insert(first + 5);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(
                        "INSERT INTO children (id, parent) VALUES (" + first + ", -1)");
            }
            try {
                connection.commit();
                throw new AssertionError("a row without its parent was committed");
            } catch (SQLException e) {
                failedByConstraint(e);
                connection.rollback();
            }
        }

        private void failedByConstraint(SQLException e) throws SQLException {
            if (!String.valueOf(e.getSQLState()).startsWith("23")) {
                throw e;
            }
        }

        private void insert(long id) throws SQLException {
            try (PreparedStatement statement = insertion()) {
                bind(statement, id);
                statement.executeUpdate();
            }
        }

        private PreparedStatement insertion() throws SQLException {
            return connection.prepareStatement(
                    "INSERT INTO written (id, session_no, body) VALUES (?, ?, ?)");
        }

        private void bind(PreparedStatement statement, long id) throws SQLException {
            statement.setLong(1, id);
            statement.setInt(2, number);
            statement.setString(3, "row " + id + " of session " + number);
        }

        private void batch(long first) throws SQLException {
            try (PreparedStatement statement = insertion()) {
                for (int i = 0; i < 3; i++) {
                    bind(statement, first + i);
                    statement.addBatch();
                }
                statement.executeBatch();
            }
        }

        private void count() throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(
                        "UPDATE counters SET n = n + 1 WHERE session_no = " + number);
            }
        }

        /** Fails on every backend, and with it the group in which it travels. */
        private void duplicate() throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(
                        "INSERT INTO counters (session_no, n) VALUES (" + number + ", 0)");
                throw new AssertionError("a second row with the same key was inserted");
            } catch (SQLException e) {
                failedByConstraint(e);
            }
        }

        void verify(Set<Long> there, int counter, Set<String> tables) {
            int sure = 0;
            int perhaps = 0;
            for (Written write : writes) {
                long found = write.ids().stream().filter(there::contains).count();
                assertThat(write.never())
                        .as("rows that were rolled back")
                        .noneMatch(there::contains);
                switch (write.told()) {
                    case COMMITTED ->
                            assertThat(found)
                                    .as("acknowledged rows of %s", write)
                                    .isEqualTo(write.ids().size());
                    case NOT_COMMITTED ->
                            assertThat(found).as("rows of %s, said to have failed", write).isZero();
                    case NOTHING ->
                            assertThat(found)
                                    .as("rows of %s: all or none", write)
                                    .isIn(0L, (long) write.ids().size());
                }
                if (write.table() != null && write.told() != Told.NOTHING) {
                    assertThat(tables.contains(write.table()))
                            .as("table of %s", write)
                            .isEqualTo(write.told() == Told.COMMITTED);
                }
                if (write.counts()) {
                    // With rows beside it, these tell whether it was committed.
                    boolean known = write.told() != Told.NOTHING || !write.ids().isEmpty();
                    boolean done =
                            write.told() == Told.COMMITTED
                                    || (write.told() == Told.NOTHING && found > 0);
                    sure += known && done ? 1 : 0;
                    perhaps += known ? 0 : 1;
                }
            }
            assertThat(counter).as("counter of session %s", number).isBetween(sure, sure + perhaps);
        }
    }
}
