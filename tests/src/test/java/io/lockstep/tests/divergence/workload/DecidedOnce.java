package io.lockstep.tests.divergence.workload;

import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Clock, random numbers and UUIDs in every position where SQL takes an expression. Statements that
 * Lockstep refuses count for nothing; those it runs must store the same everywhere.
 */
final class DecidedOnce implements Workload {
    private static final int ROWS = 30;
    private static final String NEW = "#new";
    private static final String OLD = "#old";

    private final Spelling spelling;
    private final Numbers ids;
    private final List<String> texts = new ArrayList<>();

    DecidedOnce(Spelling spelling, Numbers numbers) {
        this.ids = numbers;
        this.spelling = spelling;
        String random = spelling.random();
        for (String clock : clocks()) {
            clock(clock);
        }
        random(random, "r");
        spelling.uuid().ifPresent(this::uuid);
        everything(random);
        spelling.upserts("decided_sums", "CAST(10 * " + random + " AS INT)")
                .forEach(text -> texts.add(text.replace("?", OLD)));
        if (spelling.only(Engine.POSTGRESQL)) {
            postgres();
        }
    }

    private List<String> clocks() {
        List<String> all = new ArrayList<>(List.of("CURRENT_TIMESTAMP"));
        if (spelling.only(Engine.POSTGRESQL)) {
            all.addAll(List.of("now()", "clock_timestamp()", "statement_timestamp()"));
        }
        if (spelling.only(Engine.MARIADB)) {
            all.addAll(List.of("NOW(6)", "SYSDATE(6)", "CURRENT_TIMESTAMP(3)"));
        }
        if (!spelling.has(Engine.DERBY)) {
            all.add("LOCALTIMESTAMP");
        }
        return all;
    }

    private void clock(String clock) {
        texts.add("INSERT INTO decided (id, t) VALUES (" + NEW + ", " + clock + ")");
        texts.add("UPDATE decided SET t = " + clock + " WHERE id = " + OLD);
        texts.add("UPDATE decided SET t = " + clock + " WHERE n = " + OLD);
        texts.add("UPDATE decided SET n = n + 1 WHERE t <= " + clock + " AND id = " + OLD);
        texts.add("DELETE FROM decided WHERE t > " + clock);
        texts.add(
                "INSERT INTO decided (id, n, t) SELECT %s, n, %s FROM decided WHERE id = %s"
                        .formatted("CAST(" + NEW + " AS INT)", clock, OLD));
    }

    private void random(String random, String column) {
        texts.add("INSERT INTO decided (id, %s) VALUES (%s, %s)".formatted(column, NEW, random));
        texts.add(
                "INSERT INTO decided (id, %s) VALUES (%s, %s), (%2$s, %3$s)"
                        .formatted(column, NEW, random));
        texts.add("UPDATE decided SET %s = %s WHERE id = %s".formatted(column, random, OLD));
        texts.add("UPDATE decided SET %s = %s WHERE n = %s".formatted(column, random, OLD));
        texts.add(
                "INSERT INTO decided (id, %s) SELECT CAST(%s AS INT), %s FROM decided WHERE id = %s"
                        .formatted(column, NEW, random, OLD));
    }

    private void uuid(String uuid) {
        random(uuid, "u");
    }

    private void everything(String random) {
        texts.add("DELETE FROM decided WHERE id = " + OLD + " AND " + random + " < 0.5");
        texts.add("DELETE FROM decided WHERE " + random + " < 0.01");
        texts.add("UPDATE decided SET r = r * " + random + ", d = CURRENT_DATE WHERE id = " + OLD);
        texts.add("INSERT INTO decided_defaults (id) VALUES (" + NEW + ")");
        texts.add("INSERT INTO decided_defaults (id, t) VALUES (" + NEW + ", DEFAULT)");
        texts.add("INSERT INTO decided_defaults (id, n) VALUES (" + NEW + ", 1), (" + NEW + ", 2)");
        texts.add(
                "INSERT INTO decided_defaults (id) SELECT CAST("
                        + NEW
                        + " AS INT) FROM decided WHERE id = "
                        + OLD);
        texts.add("UPDATE decided_defaults SET t = DEFAULT WHERE n = 1");
    }

    private void postgres() {
        texts.add(
                "WITH x AS (SELECT clock_timestamp() AS at) INSERT INTO decided (id, t) SELECT %s, at FROM x"
                        .formatted(NEW));
        texts.add(
                "WITH gone AS (DELETE FROM decided WHERE id = %s RETURNING n) INSERT INTO decided (id, n, t) SELECT %s, n, now() FROM gone"
                        .formatted(OLD, NEW));
        texts.add(
                "INSERT INTO decided (id, r, u, t) VALUES (%s, random(), gen_random_uuid(), now()) ON CONFLICT (id) DO UPDATE SET r = random(), t = clock_timestamp()"
                        .formatted(OLD));
        texts.add("INSERT INTO decided (id, t) VALUES (%s, now()) RETURNING r, t".formatted(NEW));
        texts.add("UPDATE decided SET u = md5(random()::text) WHERE id = " + OLD);
    }

    @Override
    public List<String> schema() {
        List<String> all = new ArrayList<>();
        String time = spelling.timestampType();
        all.add(
                "CREATE TABLE decided (id INT NOT NULL PRIMARY KEY, n INT, r DOUBLE PRECISION, u VARCHAR(40), t %s, d DATE)"
                        .formatted(time));
        String uuid =
                spelling.defaultUuid()
                        .map(function -> ", u VARCHAR(40) DEFAULT " + parenthesized(function))
                        .orElse("");
        all.add(
                "CREATE TABLE decided_defaults (id INT NOT NULL PRIMARY KEY, n INT, t %s DEFAULT CURRENT_TIMESTAMP%s)"
                        .formatted(time, uuid));
        all.add("CREATE TABLE decided_sums (id INT NOT NULL PRIMARY KEY, n INT)");
        for (int id = 0; id < ROWS; id++) {
            all.add("INSERT INTO decided (id, n, r) VALUES (%d, %d, 1)".formatted(id, id % 5));
        }
        return all;
    }

    private static String parenthesized(String function) {
        return "(" + function + ")";
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        String text = texts.get(session.below(texts.size()));
        try {
            if (session.onceIn(3)) {
                session.begin();
                run(session, text);
                session.commit();
            } else if (session.onceIn(3)) {
                session.batch(
                        "INSERT INTO decided (id, r, t) VALUES (?, %s, CURRENT_TIMESTAMP)"
                                .formatted(spelling.random()),
                        List.<Object[]>of(new Object[] {ids.next()}, new Object[] {ids.next()}));
            } else {
                run(session, text);
            }
        } catch (SQLException e) {
            if (!ClientSession.violates(e)) {
                throw e;
            }
        }
    }

    private void run(ClientSession session, String text) throws SQLException {
        List<Object> parameters = new ArrayList<>();
        StringBuilder sql = new StringBuilder();
        for (String piece : Arrays.asList(text.split("(?=#new|#old)|(?<=#new|#old)"))) {
            boolean place = piece.equals(NEW) || piece.equals(OLD);
            if (place) {
                parameters.add(piece.equals(NEW) ? ids.next() : session.below(ROWS));
            }
            sql.append(place ? "?" : piece);
        }
        session.execute(sql.toString(), parameters.toArray());
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        if (evidence.number("SELECT COUNT(*) FROM decided WHERE t IS NOT NULL") == 0) {
            throw new AssertionError("not one clock value was stored");
        }
    }
}
