package io.lockstep.tests.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import io.lockstep.tests.oracle.Matrix.Position;
import io.lockstep.tests.oracle.Matrix.Spelling;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to ask for the time, for chance or for a UUID, wherever a write can hold it: afterwards
 * the databases are equal, or the statement was refused. Prints what became of each.
 */
class ValueMatrixTest {
    /** One in so many pairs of spelling and position is tried in the daily build. */
    private static final int SAMPLED = TestSettings.scale(1, 8);

    private static final List<List<Engine>> PAIRS =
            List.of(
                    List.of(Engine.POSTGRESQL, Engine.POSTGRESQL),
                    List.of(Engine.MARIADB, Engine.MARIADB),
                    List.of(Engine.H2, Engine.H2),
                    List.of(Engine.DERBY, Engine.DERBY),
                    List.of(Engine.POSTGRESQL, Engine.H2));

    static List<List<Engine>> engines() {
        return TestSettings.sample(1, PAIRS, "engines of ValueMatrixTest");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("engines")
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void whereverAValueStandsTheDatabasesStayEqual(List<Engine> engines) throws SQLException {
        TestedDatabase.requireController();
        Random random = TestSettings.random("ValueMatrixTest " + engines);
        Map<String, Map<String, Character>> table = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        try (TestedDatabase database = TestedDatabase.over(engines.toArray(Engine[]::new));
                MatrixCell cell = new MatrixCell(database, engines.get(0), wrong)) {
            for (Spelling spelling : Matrix.spellings(Set.copyOf(engines))) {
                for (Position position : Matrix.positions(Set.copyOf(engines))) {
                    if (random.nextInt(SAMPLED) == 0) {
                        table.computeIfAbsent(spelling.sql(), s -> new TreeMap<>())
                                .put(position.name(), cell.outcome(spelling, position));
                    }
                }
            }
        }
        print(engines, table);
        assertThat(wrong).isEmpty();
        assertThat(table.values().stream().flatMap(row -> row.values().stream()))
                .as("outcomes")
                .contains('=', 'R');
    }

    private static void print(List<Engine> engines, Map<String, Map<String, Character>> table) {
        Set<String> columns = new TreeSet<>();
        table.values().forEach(row -> columns.addAll(row.keySet()));
        List<String> names = List.copyOf(columns);
        StringBuilder out = new StringBuilder();
        out.append(engines).append(": = equal on both, R refused, - not valid there\n");
        for (int i = 0; i < names.size(); i++) {
            out.append("  ").append(letter(i)).append(' ').append(names.get(i)).append('\n');
        }
        for (int i = 0; i < names.size(); i++) {
            out.append(letter(i));
        }
        out.append('\n');
        table.forEach(
                (spelling, row) ->
                        out.append(
                                names.stream()
                                        .map(name -> row.getOrDefault(name, ' ').toString())
                                        .collect(Collectors.joining())
                                        .concat("  " + spelling + "\n")));
        System.out.print(out);
    }

    private static char letter(int i) {
        return (char) (i < 26 ? 'a' + i : 'A' + i - 26);
    }
}
