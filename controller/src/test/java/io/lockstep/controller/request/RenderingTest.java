package io.lockstep.controller.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.TableName;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.Dialects;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.controller.sql.StatementClassifiers;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The same values for every engine, other ones for every row. */
class RenderingTest {
    private static final Dialect H2 = Dialects.forUrl("jdbc:h2:file:./x;WRITE_DELAY=0");
    private static final Dialect POSTGRESQL = Dialects.forUrl("jdbc:postgresql://localhost/x");
    private static final Instant BEGUN = Instant.parse("2020-02-29T12:30:45.123456Z");

    private static StatementClass classOf(String sql, Dialect... dialects) {
        Catalogue empty = new Catalogue("PUBLIC", Map.of(), Set.of(), Map.of());
        return StatementClassifiers.create(List.of(dialects), empty, 10).classify(sql);
    }

    private static Rendering rendering(String sql, List<? extends List<?>> rows) {
        return new Rendering(classOf(sql, H2, POSTGRESQL), rows, BEGUN);
    }

    private static StatementClass insertLeavingOutAnIdentity(Dialect... dialects) {
        TableName name = new TableName("PUBLIC", "T");
        Column id =
                new Column(
                        "ID",
                        Types.BIGINT,
                        "BIGINT",
                        19,
                        0,
                        false,
                        null,
                        Identity.BY_DEFAULT,
                        false,
                        true);
        Column other =
                new Column(
                        "A", Types.BIGINT, "BIGINT", 19, 0, true, null, Identity.NONE, false, true);
        Table table =
                new Table(name, Kind.TABLE, List.of(id, other), List.of(), List.of(), false, true);
        Catalogue catalogue = new Catalogue("PUBLIC", Map.of(name, table), Set.of(), Map.of());
        return StatementClassifiers.create(List.of(dialects), catalogue, 10)
                .classify("INSERT INTO t (a) VALUES (?)")
                .leftToDatabases();
    }

    @Test
    void whatTheDatabasesNumberIsComparedUnasked() {
        StatementClass what = insertLeavingOutAnIdentity(H2);
        Rendering one = new Rendering(what, List.of(List.of(1)), KeyColumns.NONE, BEGUN);
        assertThat(one.render(H2).keys()).isEqualTo(new KeyColumns.Named(List.of("ID")));
        KeyColumns all = new KeyColumns.All();
        Rendering asked = new Rendering(what, List.of(List.of(1)), all, BEGUN);
        assertThat(asked.render(H2).keys()).isNull();
    }

    @Test
    void allGeneratedColumnsMeansTheNumberedOnesBetweenEngines() {
        StatementClass what = insertLeavingOutAnIdentity(H2, POSTGRESQL);
        KeyColumns all = new KeyColumns.All();
        Rendering asked = new Rendering(what, List.of(List.of(1)), all, BEGUN);
        assertThat(asked.render(POSTGRESQL).keys()).isEqualTo(new KeyColumns.Named(List.of("id")));
        assertThat(asked.render(H2).keys()).isEqualTo(new KeyColumns.Named(List.of("ID")));
    }

    @Test
    void aTextWithoutAnythingToDecideIsTheClientsOwn() {
        String sql = "UPDATE t SET a = ? /* as written */ WHERE b  =  ?";
        List<List<Object>> rows = List.of(List.of(1, 2), List.of(3, 4));
        for (Dialect dialect : List.of(H2, POSTGRESQL)) {
            StatementCall.Rendered rendered = rendering(sql, rows).render(dialect);
            assertThat(rendered.text()).isEqualTo(sql);
            assertThat(rendered.parameterRows()).isSameAs(rows);
        }
    }

    @Test
    void aSecondBackendOfTheSameEngineGetsTheSameObject() {
        Rendering rendering = rendering("INSERT INTO t VALUES (RANDOM_UUID())", List.of(List.of()));
        assertThat(rendering.render(H2)).isSameAs(rendering.render(H2));
    }

    @Test
    void whatIsDecidedIsTheSameForEveryEngine() {
        Rendering rendering =
                rendering("UPDATE t SET a = LOCALTIMESTAMP WHERE id = 1", List.of(List.of()));
        Object first = onlyParameter(rendering.render(H2));
        Object second = onlyParameter(rendering.render(POSTGRESQL));
        assertThat(instant(second)).isEqualTo(instant(first));
    }

    @Test
    void theClockOfATransactionStandsStill() {
        Rendering rendering =
                rendering("UPDATE t SET a = CURRENT_TIMESTAMP WHERE id = 1", List.of(List.of()));
        assertThat(instant(onlyParameter(rendering.render(POSTGRESQL)))).isEqualTo(BEGUN);
    }

    @Test
    void eachRowOfABatchHasValuesOfItsOwnAndKeepsItsParameters() {
        List<List<Object>> rows = List.of(List.of(1), List.of(2), List.of(3));
        StatementClass what = classOf("INSERT INTO t VALUES (?, RANDOM_UUID())", H2);
        Rendering rendering = new Rendering(what, rows, BEGUN);
        List<? extends List<?>> sent = rendering.render(H2).parameterRows();
        assertThat(sent).hasSize(3);
        assertThat(column(sent, 0)).containsExactly(1, 2, 3);
        assertThat(column(sent, 1)).doesNotHaveDuplicates();
    }

    @Test
    void backendsThatRenderAtTheSameTimeGetTheSameValues() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 200; round++) {
                StatementClass what = classOf("INSERT INTO t VALUES (?, RANDOM_UUID())", H2);
                Rendering rendering = new Rendering(what, List.of(List.of(round)), BEGUN);
                CyclicBarrier together = new CyclicBarrier(4);
                Callable<Object> render =
                        () -> {
                            together.await();
                            return rendering.render(H2).parameterRows().get(0);
                        };
                List<Future<Object>> rendered = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    rendered.add(threads.submit(render));
                }
                for (Future<Object> each : rendered) {
                    assertThat(each.get()).isEqualTo(rendered.get(0).get());
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Object> column(List<? extends List<?>> rows, int index) {
        List<Object> values = new ArrayList<>();
        rows.forEach(row -> values.add(row.get(index)));
        return values;
    }

    private static Object onlyParameter(StatementCall.Rendered rendered) {
        assertThat(rendered.parameterRows()).hasSize(1);
        assertThat(rendered.parameterRows().get(0)).hasSize(1);
        return rendered.parameterRows().get(0).get(0);
    }

    private static Instant instant(Object value) {
        return value instanceof OffsetDateTime offset
                ? offset.toInstant()
                : ((LocalDateTime) value).atZone(ZoneId.systemDefault()).toInstant();
    }
}
