package io.lockstep.tests.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which messages the broker acknowledged and which came back, and with what body.
 *
 * <p>A message is a number; its body follows from the number and the ledger's seed, so bodies need
 * not be kept. Messages that were sent but not acknowledged may come back or not. Safe for use by
 * several threads.
 */
final class MessageLedger {
    private static final int SMALLEST_BODY = 100;
    private static final int LARGEST_BODY = 64 * 1024;

    private final String destination;
    private final long seed;
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Integer> received = new ConcurrentHashMap<>();
    private final List<String> wrongBodies = new ArrayList<>(); // guarded by itself

    MessageLedger(String destination, long seed) {
        this.destination = destination;
        this.seed = seed;
    }

    /**
     * Between 0.1 and 64 KB, each order of magnitude as likely as the next; numbers 0 and 1 are the
     * extremes.
     */
    byte[] body(int number) {
        Random random = new Random(seed * 31 + number);
        double ratio = Math.pow((double) LARGEST_BODY / SMALLEST_BODY, random.nextDouble());
        int size =
                switch (number) {
                    case 0 -> SMALLEST_BODY;
                    case 1 -> LARGEST_BODY;
                    default -> (int) (SMALLEST_BODY * ratio);
                };
        byte[] body = new byte[size];
        random.nextBytes(body);
        return body;
    }

    void acknowledged(int number) {
        acknowledged.add(number);
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    void received(int number, byte[] body) {
        received.merge(number, 1, Integer::sum);
        if (!Arrays.equals(body, body(number))) {
            synchronized (wrongBodies) {
                wrongBodies.add(
                        "message "
                                + number
                                + ": "
                                + body.length
                                + " bytes, expected other "
                                + body(number).length);
            }
        }
    }

    int receivedCount() {
        return received.size();
    }

    /** Whether every acknowledged message has come back. */
    boolean isComplete() {
        return received.keySet().containsAll(acknowledged);
    }

    void assertExactlyOnce() {
        assertNoneLost();
        Set<Integer> again = new TreeSet<>();
        received.forEach(
                (number, count) -> {
                    if (count > 1) {
                        again.add(number);
                    }
                });
        if (!again.isEmpty()) {
            throw new AssertionError(destination + ": received more than once: " + again);
        }
    }

    void assertNoneLost() {
        Set<Integer> lost = new TreeSet<>(acknowledged);
        lost.removeAll(received.keySet());
        if (!lost.isEmpty()) {
            throw new AssertionError(
                    "%s: %d of %d acknowledged messages lost: %s"
                            .formatted(destination, lost.size(), acknowledged.size(), lost));
        }
        synchronized (wrongBodies) {
            if (!wrongBodies.isEmpty()) {
                throw new AssertionError(destination + ": wrong bodies: " + wrongBodies);
            }
        }
    }
}
