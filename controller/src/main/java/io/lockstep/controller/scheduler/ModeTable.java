package io.lockstep.controller.scheduler;

import static io.lockstep.controller.scheduler.LockMode.ACCESS_EXCLUSIVE;
import static io.lockstep.controller.scheduler.LockMode.ACCESS_SHARE;
import static io.lockstep.controller.scheduler.LockMode.EXCLUSIVE;
import static io.lockstep.controller.scheduler.LockMode.INTENT_EXCLUSIVE;
import static io.lockstep.controller.scheduler.LockMode.INTENT_SHARE;
import static io.lockstep.controller.scheduler.LockMode.KEY_SHARE;
import static io.lockstep.controller.scheduler.LockMode.NO_KEY_EXCLUSIVE;
import static io.lockstep.controller.scheduler.LockMode.SHARE;
import static io.lockstep.controller.scheduler.LockMode.SHARE_INTENT_EXCLUSIVE;

/**
 * Which modes conflict, and which single mode stands for two. Sets of modes are bit masks.
 *
 * <p>An intention announces locks on something inside, so it conflicts with whatever could conflict
 * there: KEY_SHARE of a table with INTENT_EXCLUSIVE (a row inside may be deleted), NO_KEY_EXCLUSIVE
 * of a table with INTENT_SHARE (a row inside may be share-locked).
 */
final class ModeTable {
    private static final LockMode[] MODES = LockMode.values();
    private static final int[] CONFLICTS = new int[MODES.length];
    private static final LockMode[][] JOIN = new LockMode[MODES.length][];

    static {
        // Columns as in the enum:      AS IS KS IX S SIX NKX X AX; '#' = conflict
        conflicts(ACCESS_SHARE, /*.......*/ "........#");
        conflicts(INTENT_SHARE, /*.......*/ "......###");
        conflicts(KEY_SHARE, /*..........*/ "...#.#.##");
        conflicts(INTENT_EXCLUSIVE, /*...*/ "..#.#####");
        conflicts(SHARE, /*..............*/ "...#.####");
        conflicts(SHARE_INTENT_EXCLUSIVE, "..#######");
        conflicts(NO_KEY_EXCLUSIVE, /*...*/ ".#.######");
        conflicts(EXCLUSIVE, /*..........*/ ".########");
        conflicts(ACCESS_EXCLUSIVE, /*...*/ "#########");

        // The weakest mode that conflicts with everything either of the two conflicts with.
        join(ACCESS_SHARE, /*.......*/ "AS IS KS IX S SIX NKX X AX");
        join(INTENT_SHARE, /*.......*/ "IS IS S IX S SIX NKX X AX");
        join(KEY_SHARE, /*..........*/ "KS S KS SIX S SIX NKX X AX");
        join(INTENT_EXCLUSIVE, /*...*/ "IX IX SIX IX SIX SIX X X AX");
        join(SHARE, /*..............*/ "S S S SIX S SIX NKX X AX");
        join(SHARE_INTENT_EXCLUSIVE, "SIX SIX SIX SIX SIX SIX X X AX");
        join(NO_KEY_EXCLUSIVE, /*...*/ "NKX NKX NKX X NKX X NKX X AX");
        join(EXCLUSIVE, /*..........*/ "X X X X X X X X AX");
        join(ACCESS_EXCLUSIVE, /*...*/ "AX AX AX AX AX AX AX AX AX");
    }

    private ModeTable() {}

    static int bit(LockMode mode) {
        return 1 << column(mode);
    }

    @SuppressWarnings("EnumOrdinal") // the tables above are written in the order of the enum
    private static int column(LockMode mode) {
        return mode.ordinal();
    }

    /** The modes that {@code mode} cannot be held together with, as bits. */
    static int conflicts(LockMode mode) {
        return CONFLICTS[column(mode)];
    }

    static boolean conflict(LockMode one, LockMode other) {
        return (conflicts(one) & bit(other)) != 0;
    }

    /** The mode somebody must hold who needs both. */
    static LockMode join(LockMode one, LockMode other) {
        return JOIN[column(one)][column(other)];
    }

    /**
     * Whoever holds {@code held} needs nothing more to have {@code wanted} on the same resource.
     */
    static boolean includes(LockMode held, LockMode wanted) {
        return join(held, wanted) == held;
    }

    /** Whoever holds a table in {@code table} need not lock one of its keys in {@code key}. */
    static boolean coversKey(LockMode table, LockMode key) {
        return switch (table) {
            case ACCESS_SHARE, INTENT_SHARE, INTENT_EXCLUSIVE -> false;
            case SHARE_INTENT_EXCLUSIVE -> includes(SHARE, key);
            case KEY_SHARE, SHARE, NO_KEY_EXCLUSIVE, EXCLUSIVE, ACCESS_EXCLUSIVE ->
                    includes(table, key);
        };
    }

    private static void conflicts(LockMode mode, String columns) {
        for (int i = 0; i < columns.length(); i++) {
            if (columns.charAt(i) == '#') {
                CONFLICTS[column(mode)] |= 1 << i;
            }
        }
    }

    private static void join(LockMode mode, String columns) {
        String[] names = columns.split(" ", -1);
        LockMode[] row = new LockMode[MODES.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = named(names[i]);
        }
        JOIN[column(mode)] = row;
    }

    private static LockMode named(String shortName) {
        return switch (shortName) {
            case "AS" -> ACCESS_SHARE;
            case "IS" -> INTENT_SHARE;
            case "KS" -> KEY_SHARE;
            case "IX" -> INTENT_EXCLUSIVE;
            case "S" -> SHARE;
            case "SIX" -> SHARE_INTENT_EXCLUSIVE;
            case "NKX" -> NO_KEY_EXCLUSIVE;
            case "X" -> EXCLUSIVE;
            case "AX" -> ACCESS_EXCLUSIVE;
            default -> throw new IllegalArgumentException("no lock mode " + shortName);
        };
    }
}
