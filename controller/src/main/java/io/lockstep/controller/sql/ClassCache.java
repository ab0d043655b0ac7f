package io.lockstep.controller.sql;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Classes by text, bounded, with second-chance eviction: what was asked for since the hand last
 * came by stays. A hit takes no lock.
 */
final class ClassCache {
    private static final class Entry {
        final String text;
        final StatementClass statementClass;
        // Racy on purpose: a lost update costs one entry its second chance, nothing else.
        boolean used;

        Entry(String text, StatementClass statementClass) {
            this.text = text;
            this.statementClass = statementClass;
        }
    }

    private final int entriesMax;
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final ArrayDeque<Entry> hand = new ArrayDeque<>(); // guarded by itself; same entries

    ClassCache(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /** Null if it is not there. */
    StatementClass get(String text) {
        Entry entry = entries.get(text);
        if (entry == null) {
            return null;
        }
        if (!entry.used) { // a write only when needed keeps the line shared between cores
            entry.used = true;
        }
        return entry.statementClass;
    }

    /** Returns the class that is in the cache afterwards: an earlier one wins. */
    StatementClass add(String text, StatementClass statementClass) {
        if (entriesMax <= 0) {
            return statementClass;
        }
        synchronized (hand) {
            Entry entry = new Entry(text, statementClass);
            Entry earlier = entries.putIfAbsent(text, entry);
            if (earlier != null) {
                return earlier.statementClass;
            }
            while (hand.size() >= entriesMax) {
                Entry oldest = hand.remove();
                if (oldest.used) {
                    oldest.used = false;
                    hand.add(oldest);
                } else {
                    entries.remove(oldest.text);
                }
            }
            hand.add(entry);
            return statementClass;
        }
    }

    int size() {
        return entries.size();
    }
}
