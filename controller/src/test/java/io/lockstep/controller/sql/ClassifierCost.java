package io.lockstep.controller.sql;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;

/**
 * Prints what classifying costs in processor time. Not a test: figures depend on the machine. Run
 * its {@code main} with the test class path.
 */
final class ClassifierCost {
    private static final int WARM_UP = 300_000;
    private static final int ROUNDS = 2_000_000;
    private static final String INSERT =
            "INSERT INTO ACTIVEMQ_MSGS(ID, MSGID_PROD, MSGID_SEQ, CONTAINER, EXPIRATION, PRIORITY, MSG, XID) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String UPDATE = "UPDATE ACTIVEMQ_LOCK SET TIME = ? WHERE ID = ?";

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ClassifierCost() {}

    private static void print(String what, long nanos, int rounds) {
        System.out.printf(Locale.ROOT, "%-52s %8.1f ns%n", what, (double) nanos / rounds);
    }

    private static void measure(String what, int rounds, Runnable once) {
        for (int i = 0; i < Math.min(rounds, WARM_UP); i++) {
            once.run();
        }
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < rounds; i++) {
            once.run();
        }
        print(what, THREADS.getCurrentThreadCpuTime() - start, rounds);
    }

    private static long sink;

    public static void main(String[] arguments) {
        StatementClassifier classifier =
                StatementClassifiers.create(TestDialects.ALL, TestSchema.catalogue(), 1_000);
        for (int i = 0; i < 500; i++) {
            classifier.classify("SELECT " + i);
        }
        StatementClass insert = classifier.classify(INSERT);
        StatementClass update = classifier.classify(UPDATE);
        List<List<Object>> eight =
                List.of(List.of(4711L, "p", 1L, "queue://a", 0L, 4L, new byte[0], "x"));
        List<List<Object>> two = List.of(List.of(1L, 4711L));
        char[] characters = INSERT.toCharArray();
        measure(
                "cache hit, same String",
                ROUNDS,
                () -> sink += classifier.classify(INSERT).parameterCount());
        measure(
                "cache hit, new String of 127 characters",
                ROUNDS,
                () -> sink += classifier.classify(new String(characters)).parameterCount());
        measure("locks() of an INSERT by key", ROUNDS, () -> sink += insert.locks(eight).size());
        measure("locks() of an UPDATE by key", ROUNDS, () -> sink += update.locks(two).size());
        measure(
                "forward() unchanged",
                ROUNDS,
                () ->
                        sink +=
                                insert.forward(TestDialects.H2, two.get(0), null)
                                        .parameters()
                                        .size());
        Schema schema = new Schema(TestSchema.catalogue(), TestDialects.ALL);
        measure(
                "miss: INSERT, 4 engines",
                50_000,
                () -> sink += Classification.of(INSERT, schema).parameterCount());
        measure(
                "miss: UPDATE, 4 engines",
                50_000,
                () -> sink += Classification.of(UPDATE, schema).parameterCount());
        measure(
                "miss: SELECT by key (parsed)",
                20_000,
                () ->
                        sink +=
                                Classification.of(
                                                "SELECT MSG FROM ACTIVEMQ_MSGS WHERE ID=?", schema)
                                        .parameterCount());
        if (sink == 42) {
            print("unlikely", sink, 1);
        }
    }
}
