package io.lockstep.controller.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import io.lockstep.controller.sql.StatementClass.Forwarded;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StatementClassifierTest {
    private static final Instant TRANSACTION = Instant.parse("2026-03-04T05:06:07.123456789Z");
    private static final Instant STATEMENT = TRANSACTION.plusSeconds(60);
    private static final ZoneId ZONE = ZoneOffset.ofHours(2);

    private static StatementClassifier classifier(String engines, int cacheEntries) {
        return StatementClassifiers.create(
                TestDialects.of(engines), TestSchema.catalogue(), cacheEntries);
    }

    private static DecidedValues values() {
        return new DecidedValues(TRANSACTION, STATEMENT, ZONE);
    }

    private static LockRequest key(String table, String key, LockMode mode) {
        return new LockRequest(Resource.key(table, key), mode);
    }

    @Test
    void keysComeFromTheParametersOfEveryRowOfABatch() {
        StatementClass insert =
                classifier("*", 10).classify("INSERT INTO counter (name, n) VALUES (?, ?)");
        assertThat(insert.locks(List.of(List.of("A ", 1L), List.of("b", 2L))))
                .containsExactly(
                        AccessPlan.DATABASE_INTENT_EXCLUSIVE,
                        new LockRequest(Resource.table("counter"), LockMode.INTENT_EXCLUSIVE),
                        key("counter", "p:a", LockMode.EXCLUSIVE),
                        key("counter", "p:b", LockMode.EXCLUSIVE));
    }

    @Test
    void ddlNamesWhatTellsWhetherItWasDone() {
        StatementClassifier classifier = classifier("maria", 10);
        assertThat(
                        classifier
                                .classify("RENAME TABLE orders TO x, customer TO orders")
                                .objectsChanged())
                .containsExactlyInAnyOrder("orders", "x", "customer");
        assertThat(classifier.classify("ALTER TABLE orders ADD INDEX (total)").objectsChanged())
                .contains("orders");
        assertThat(classifier.classify("DROP TABLE IF EXISTS orders, customer").objectsChanged())
                .as("what is left of it can be done again")
                .isEmpty();
        assertThat(classifier.classify("DELETE FROM orders").objectsChanged()).isEmpty();
    }

    @Test
    void aParameterOfAnotherTypeLocksTheTable() {
        StatementClass update =
                classifier("*", 10).classify("UPDATE customer SET name = ? WHERE id = ?");
        assertThat(update.locks(List.of(List.of("x", 7))))
                .contains(key("customer", "p:7", LockMode.NO_KEY_EXCLUSIVE));
        assertThat(update.locks(List.of(List.of("x", "7"), List.of("x", "8"))))
                .containsOnlyOnce(new LockRequest(Resource.table("customer"), LockMode.EXCLUSIVE))
                .noneMatch(lock -> lock.resource().key() != null);
    }

    @Test
    void aForeignKeyThatIsNullNeedsNoParent() {
        StatementClass insert =
                classifier("pg", 10)
                        .classify("INSERT INTO orders (id, customer_id, total) VALUES (?, ?, ?)");
        assertThat(insert.locks(List.of(List.of(1, 5, 2))))
                .contains(key("customer", "p:5", LockMode.KEY_SHARE));
        assertThat(insert.locks(List.of(Arrays.asList(1, null, 2))))
                .noneMatch(lock -> lock.mode() == LockMode.KEY_SHARE);
    }

    @Test
    void aBatchWithVeryManyKeysLocksTheTable() {
        StatementClass delete = classifier("pg", 10).classify("DELETE FROM queue WHERE id = ?");
        List<List<Integer>> rows = IntStream.range(0, 5_000).mapToObj(List::of).toList();
        assertThat(delete.locks(rows))
                .contains(new LockRequest(Resource.table("queue"), LockMode.EXCLUSIVE))
                .hasSizeLessThan(5);
    }

    @Test
    void tableLocksForASecondRunHoldNoKey() {
        StatementClass insert =
                classifier("pg", 10)
                        .classify("INSERT INTO orders (id, customer_id, total) VALUES (?, ?, ?)");
        assertThat(insert.tableLocks())
                .contains(
                        AccessPlan.DATABASE_INTENT_EXCLUSIVE,
                        new LockRequest(Resource.table("orders"), LockMode.EXCLUSIVE),
                        new LockRequest(Resource.table("customer"), LockMode.SHARE))
                .noneMatch(lock -> lock.resource().key() != null);
    }

    @Test
    void theClockIsReadOnceAndStandsInThePlaceOfItsWords() {
        StatementClass insert =
                classifier("*", 10)
                        .classify(
                                "INSERT INTO customer (id, created, name, email) VALUES (?, now(), ?, ?)");
        DecidedValues values = values();
        Forwarded postgres = insert.forward(TestDialects.POSTGRESQL, List.of(1, "n", "e"), values);
        assertThat(postgres.text())
                .isEqualTo(
                        "INSERT INTO customer (id, created, name, email) VALUES (?, CAST(? AS TIMESTAMP WITH TIME ZONE), ?, ?)");
        OffsetDateTime time = OffsetDateTime.ofInstant(TRANSACTION, ZONE).withNano(123_456_000);
        assertThat(postgres.parameters()).isEqualTo(List.of(1, time, "n", "e"));
        LocalDateTime local = time.toLocalDateTime();
        assertThat(insert.forward(TestDialects.DERBY, List.of(1, "n", "e"), values).parameters())
                .isEqualTo(List.of(1, local, "n", "e"));
        assertThat(insert.parametersUnchanged()).isFalse();
    }

    @Test
    void everyBackendGetsTheSameRandomValueAndEveryPlaceItsOwn() {
        StatementClass insert =
                classifier("pg", 10)
                        .classify(
                                "INSERT INTO token (id, v) VALUES (gen_random_uuid(), ?), (gen_random_uuid(), ?)");
        DecidedValues values = values();
        List<?> first =
                insert.forward(TestDialects.POSTGRESQL, List.of("a", "b"), values).parameters();
        List<?> second =
                insert.forward(TestDialects.POSTGRESQL, List.of("a", "b"), values).parameters();
        assertThat(first).hasSize(4).isEqualTo(second);
        assertThat(first.get(0)).isInstanceOf(UUID.class).isNotEqualTo(first.get(2));
        assertThat(first.get(1)).isEqualTo("a");
        assertThat(
                        insert.forward(TestDialects.POSTGRESQL, List.of("a", "b"), values())
                                .parameters())
                .isNotEqualTo(first);
    }

    @Test
    void aClassIsKeptUntilTheCatalogueChanges() {
        StatementClassifier classifier = classifier("pg", 10);
        String sql = "DELETE FROM queue WHERE id = ?";
        StatementClass before = classifier.classify(sql);
        assertThat(classifier.classify(new String(sql.toCharArray()))).isSameAs(before);
        assertThat(before.isCurrent()).isTrue();
        classifier.catalogueChanged(new Catalogue("PUBLIC", Map.of(), Set.of(), Map.of()));
        assertThat(before.isCurrent()).isFalse();
        StatementClass after = classifier.classify(sql);
        assertThat(after).isNotSameAs(before);
        assertThat(after.locks(List.of(List.of(1))))
                .contains(new LockRequest(Resource.table("queue"), LockMode.EXCLUSIVE));
    }

    @Test
    void theCacheIsBoundedAndKeepsWhatIsAskedFor() {
        ClassCache cache = new ClassCache(3);
        StatementClass any = classifier("pg", 0).classify("SELECT 1");
        for (int i = 0; i < 10; i++) {
            cache.add("wanted", any);
            assertThat(cache.get("wanted")).isSameAs(any);
            cache.add("text " + i, any);
            assertThat(cache.size()).isLessThanOrEqualTo(3);
        }
        assertThat(cache.get("wanted")).isSameAs(any);
        assertThat(cache.get("text 0")).isNull();
    }

    @Test
    @Timeout(10)
    void threeThousandBracketsReturnAtOnce() {
        StatementClassifier classifier = classifier("*", 10);
        String deep = "(".repeat(3_000) + "1" + ")".repeat(3_000);
        long start = System.nanoTime();
        assertThat(classifier.classify("SELECT " + deep).kind()).isEqualTo(StatementKind.READ);
        assertThat(classifier.classify("DELETE FROM queue WHERE id = " + deep).kind())
                .isEqualTo(StatementKind.WRITE);
        assertThat(
                        classifier
                                .classify("SELECT * FROM customer WHERE id = (SELECT " + deep + ")")
                                .kind())
                .isEqualTo(StatementKind.READ);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    @Timeout(20)
    void longTextsAreClassifiedWithoutTheParserAndTooLongOnesRefused() {
        StatementClassifier classifier = classifier("*", 10);
        StringBuilder rows = new StringBuilder("INSERT INTO counter (name, n) VALUES ('a', 1)");
        while (rows.length() < 900_000) {
            rows.append(", ('key ").append(rows.length()).append("', 1)");
        }
        StatementClass insert = classifier.classify(rows.toString());
        assertThat(insert.kind()).isEqualTo(StatementKind.WRITE);
        assertThat(insert.tablesWritten()).containsExactly("counter");
        StatementClass tooLong = classifier.classify(rows + " ".repeat(200_000));
        assertThat(tooLong.kind()).isEqualTo(StatementKind.REFUSED);
        assertThat(tooLong.refusal()).contains("batches");
    }

    @Test
    void deepNestingBelowTheLimitIsParsedInTime() {
        StringBuilder nested = new StringBuilder("SELECT * FROM customer");
        for (int i = 0; i < 20; i++) {
            nested.insert(0, "SELECT * FROM (").append(") t").append(i);
        }
        StatementClass query = classifier("*", 10).classify(nested.toString());
        assertThat(query.kind()).isEqualTo(StatementKind.READ);
        assertThat(query.tablesRead()).containsExactly("customer");
    }

    @Test
    void explainSaysWhatHappensAndWhy() {
        StatementClass insert =
                classifier("*", 10)
                        .classify("INSERT INTO customer (id, email, name) VALUES (?, ?, ?)");
        assertThat(insert.explain())
                .contains("class: WRITE", "writes: customer")
                .anyMatch(line -> line.startsWith("lock: EXCLUSIVE customer[p:?1]"))
                .anyMatch(line -> line.startsWith("text for derby: INSERT INTO customer"))
                .anyMatch(line -> line.contains("CREATED"));
        assertThat(classifier("pg", 10).classify("UPDATE token SET v = random()").explain())
                .anyMatch(line -> line.startsWith("refused: random"));
    }

    @Test
    void aVirtualDatabaseWithoutEnginesIsAMistake() {
        assertThatThrownBy(() -> StatementClassifiers.create(List.of(), TestSchema.catalogue(), 10))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSchemaOfLockstepsOwnTablesIsTheConfiguredOne() {
        StatementClassifier classifier =
                StatementClassifiers.create(
                        TestDialects.ALL,
                        TestSchema.catalogue(),
                        Set.of(),
                        false,
                        Set.of("kept"),
                        10);
        assertThat(classifier.classify("DELETE FROM \"KEPT\".marker_0").refusal())
                .contains("schema kept belongs");
        assertThat(classifier.classify("DROP DATABASE kept").refusal()).isNotNull();
        assertThat(classifier.classify("DELETE FROM lockstep.marker_0").refusal()).isNull();
    }
}
