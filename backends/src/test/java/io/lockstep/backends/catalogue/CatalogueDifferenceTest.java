package io.lockstep.backends.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueDifferenceTest {
    private static final UniqueIndex KEY = new UniqueIndex("pk", true, List.of("ID"), true);

    private static Column column(String name, int jdbcType, String typeName, int size, int scale) {
        return new Column(
                name, jdbcType, typeName, size, scale, true, null, Identity.NONE, false, true);
    }

    private static Table table(
            String schema,
            String name,
            List<Column> columns,
            List<UniqueIndex> indexes,
            List<ForeignKey> keys) {
        return new Table(
                new TableName(schema, name), Kind.TABLE, columns, indexes, keys, false, true);
    }

    private static Catalogue catalogue(String schema, Table... tables) {
        Map<TableName, Table> byName = new HashMap<>();
        for (Table table : tables) {
            byName.put(table.name(), table);
        }
        return new Catalogue(schema, byName, Set.of(), Map.of());
    }

    private static List<String> between(Catalogue a, Catalogue b, boolean sameEngine) {
        return CatalogueDifference.between("a", a, "b", b, sameEngine);
    }

    @Test
    void theSamePortableSchemaOnTwoEnginesDoesNotDiffer() {
        Catalogue postgres =
                catalogue(
                        "public",
                        table(
                                "public",
                                "msgs",
                                List.of(
                                        column("id", Types.BIGINT, "int8", 0, 0),
                                        column("msg", Types.LONGVARBINARY, "bytea", 0, 0),
                                        column("n", Types.NUMERIC, "numeric", 10, 2)),
                                List.of(new UniqueIndex("msgs_pkey", true, List.of("id"), true)),
                                List.of()));
        Catalogue derby =
                catalogue(
                        "APP",
                        table(
                                "APP",
                                "MSGS",
                                List.of(
                                        column("ID", Types.BIGINT, "BIGINT", 0, 0),
                                        column("MSG", Types.BLOB, "BLOB", 2147483647, 0),
                                        column("N", Types.DECIMAL, "DECIMAL", 10, 2)),
                                List.of(KEY),
                                List.of()));
        assertThat(between(postgres, derby, false)).isEmpty();
        assertThat(between(postgres, postgres, true)).isEmpty();
    }

    @Test
    void missingThingsAreNamedWithTheSideThatLacksThem() {
        Column id = column("id", Types.BIGINT, "int8", 0, 0);
        Column extra = column("extra", Types.VARCHAR, "varchar", 10, 0);
        Catalogue one =
                catalogue(
                        "s",
                        table("s", "t", List.of(id, extra), List.of(KEY), List.of()),
                        table("s", "only_a", List.of(id), List.of(), List.of()));
        Catalogue other = catalogue("s", table("s", "t", List.of(id), List.of(), List.of()));
        assertThat(between(one, other, true))
                .containsExactlyInAnyOrder(
                        "table or view only_a is missing in b",
                        "column t.extra is missing in b",
                        "table t: unique index over [id] as primary key is missing in b");
        assertThat(between(other, one, true))
                .contains("table or view only_a is missing in a", "column t.extra is missing in a");
    }

    @Test
    void typesDifferByClassBetweenEnginesAndInFullOnOne() {
        Catalogue narrow =
                catalogue(
                        "s",
                        table(
                                "s",
                                "t",
                                List.of(column("c", Types.VARCHAR, "varchar", 10, 0)),
                                List.of(),
                                List.of()));
        Catalogue wide =
                catalogue(
                        "s",
                        table(
                                "s",
                                "t",
                                List.of(column("c", Types.VARCHAR, "varchar", 20, 0)),
                                List.of(),
                                List.of()));
        Catalogue number =
                catalogue(
                        "s",
                        table(
                                "s",
                                "t",
                                List.of(column("c", Types.INTEGER, "int4", 0, 0)),
                                List.of(),
                                List.of()));
        assertThat(between(narrow, wide, false)).isEmpty();
        assertThat(between(narrow, wide, true))
                .containsExactly("column t.c is varchar(10,0) in a, but varchar(20,0) in b");
        assertThat(between(narrow, number, false))
                .containsExactly("column t.c is text in a, but a whole number in b");
    }

    @Test
    void whatEnginesAddOfTheirOwnAccordCountsOnOneEngineOnly() {
        Catalogue postgres =
                new Catalogue(
                        "s",
                        Map.of(),
                        Set.of("q", "t_id_seq"),
                        Set.of("t_id_seq"),
                        Set.of("q", "t_id_seq"),
                        Map.of(),
                        Map.of(),
                        Catalogue.Code.NONE);
        Catalogue derby = new Catalogue("s", Map.of(), Set.of("q"), Map.of());
        assertThat(between(postgres, derby, false)).isEmpty();
        assertThat(between(postgres, derby, true))
                .containsExactly("sequence t_id_seq is missing in b");

        Catalogue sum = catalogue("s", view("v", column("total", Types.NUMERIC, "numeric", 0, 0)));
        Catalogue exact =
                catalogue("s", view("v", column("total", Types.DECIMAL, "decimal", 12, 2)));
        Catalogue other =
                catalogue("s", view("v", column("amount", Types.DECIMAL, "decimal", 12, 2)));
        assertThat(between(sum, exact, false)).isEmpty();
        assertThat(between(sum, exact, true)).hasSize(1);
        assertThat(between(sum, other, false)).hasSize(2);
    }

    @Test
    void textIsComparedInTheSameWayOnOneEngine() {
        Catalogue c = sorted(Map.of(Catalogue.DATABASE, "C", "t.name", "default"));
        Catalogue english = sorted(Map.of(Catalogue.DATABASE, "en_US.utf8", "t.name", "default"));
        Catalogue column = sorted(Map.of(Catalogue.DATABASE, "C", "t.name", "de-x-icu"));
        assertThat(between(c, sorted(c.collations()), true)).isEmpty();
        assertThat(between(c, english, true))
                .containsExactly(
                        "the database sorts and compares text by C in a, but by en_US.utf8 in b");
        assertThat(between(c, column, true)).singleElement().asString().contains("column t.name");
        assertThat(between(c, english, false)).isEmpty();
    }

    private static Catalogue sorted(Map<String, String> collations) {
        return new Catalogue(
                "s",
                Map.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Map.of(),
                Map.of(),
                Catalogue.Code.NONE,
                collations);
    }

    private static Table view(String name, Column column) {
        return new Table(
                new TableName("s", name),
                Kind.VIEW,
                List.of(column),
                List.of(),
                List.of(),
                false,
                true);
    }

    @Test
    void theOrderOfColumnsCounts() {
        Column x = column("x", Types.INTEGER, "int4", 0, 0);
        Column y = column("y", Types.INTEGER, "int4", 0, 0);
        Catalogue one = catalogue("s", table("s", "t", List.of(x, y), List.of(), List.of()));
        Catalogue other = catalogue("s", table("s", "t", List.of(y, x), List.of(), List.of()));
        assertThat(between(one, other, true))
                .containsExactly("t has the columns [x, y] in a, but [y, x] in b");
    }

    @Test
    void foreignKeysAreComparedWithTheirParents() {
        Column id = column("id", Types.BIGINT, "int8", 0, 0);
        ForeignKey plain =
                new ForeignKey("f", List.of("id"), new TableName("s", "p"), List.of("id"), false);
        ForeignKey cascading =
                new ForeignKey("g", List.of("ID"), new TableName("s", "P"), List.of("ID"), true);
        Catalogue one = catalogue("s", table("s", "t", List.of(id), List.of(), List.of(plain)));
        Catalogue other =
                catalogue("s", table("s", "t", List.of(id), List.of(), List.of(cascading)));
        assertThat(between(one, one, true)).isEmpty();
        assertThat(between(one, other, true))
                .containsExactlyInAnyOrder(
                        "table t: foreign key [id] to p[id] is missing in b",
                        "table t: foreign key [id] to p[id] with cascading is missing in a");
    }

    @Test
    void aLongListEndsWithACount() {
        Column id = column("id", Types.BIGINT, "int8", 0, 0);
        Table[] tables = new Table[60];
        for (int i = 0; i < tables.length; i++) {
            tables[i] = table("s", "t" + i, List.of(id), List.of(), List.of());
        }
        List<String> found = between(catalogue("s", tables), catalogue("s"), true);
        assertThat(found).hasSize(51).last().isEqualTo("and 10 more differences");
    }
}
