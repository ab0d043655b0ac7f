package io.lockstep.controller.sql;

import io.lockstep.backends.counters.Counter;
import java.util.List;
import java.util.Set;

/**
 * What a statement has to do with the numbers that rows get: identity, serial and AUTO_INCREMENT
 * columns, and sequences.
 *
 * @param allocated counters that the controller takes a value of, for each execution; the values
 *     follow the client's parameters in this order
 * @param given values that the client itself puts into numbered columns
 * @param drawn counters whose position the databases change by themselves in this statement, so
 *     that afterwards it must be read again
 * @param anything the same of counters that cannot be told
 * @param resets the positions may go backwards too: DDL, setval
 * @param keys what getGeneratedKeys says as far as the controller knows it, by column; empty if it
 *     has to be asked of the databases
 */
public record Numbering(
        List<Counter> allocated,
        List<Given> given,
        Set<Counter> drawn,
        boolean anything,
        boolean resets,
        List<Key> keys) {
    /** It has nothing to do with numbers. */
    public static final Numbering NONE =
            new Numbering(List.of(), List.of(), Set.of(), false, false, List.of());

    public Numbering {
        allocated = List.copyOf(allocated);
        given = List.copyOf(given);
        drawn = Set.copyOf(drawn);
        keys = List.copyOf(keys);
    }

    /**
     * Where the statement has a number.
     *
     * @param parameter index from 0, the allocated ones counted behind the client's; or -1
     * @param constant if it is no parameter
     */
    public record Place(int parameter, Long constant) {}

    /**
     * A client's own value for a numbered column.
     *
     * @param fillsIn NULL or 0 as a parameter asks for a number instead
     */
    public record Given(Counter counter, Place number, boolean fillsIn) {}

    /**
     * A numbered column of an INSERT.
     *
     * @param rows its value in each row of the text
     */
    public record Key(String column, int jdbcType, List<Place> rows) {
        public Key {
            rows = List.copyOf(rows);
        }
    }

    /** The controller gives out or hears of values. */
    public boolean counts() {
        return !allocated.isEmpty() || !given.isEmpty();
    }

    /** The databases move a counter by themselves that the controller is to count in another. */
    public boolean movesAnyOf(Numbering other) {
        return other.allocated.stream().anyMatch(drawn::contains)
                || other.given.stream().anyMatch(given -> drawn.contains(given.counter()));
    }

    /** The databases move counters by themselves. */
    public boolean moves() {
        return anything || !drawn.isEmpty();
    }
}
