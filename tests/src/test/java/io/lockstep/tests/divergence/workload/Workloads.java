package io.lockstep.tests.divergence.workload;

import io.lockstep.tests.harness.database.Engine;
import java.util.ArrayList;
import java.util.List;

/** All kinds of work that the engines of a run can do. */
public final class Workloads {
    /** Behind the rows that are there from the beginning. */
    private static final int FIRST_NUMBER = 100;

    private Workloads() {}

    /** Fresh ones, for one run. */
    public static List<Workload> of(Spelling spelling) {
        return of(spelling, FIRST_NUMBER);
    }

    /**
     * Fresh ones for one process of a run with several.
     *
     * @param numbersFrom rows that its clients insert are numbered from here; others must stay a
     *     million away
     */
    public static List<Workload> of(Spelling spelling, int numbersFrom) {
        List<Workload> all = new ArrayList<>();
        all.add(new NumberedRows(spelling, new Numbers(numbersFrom)));
        all.add(new SmallestFree(new Numbers(numbersFrom)));
        all.add(new CounterCopies(new Numbers(numbersFrom)));
        all.add(new UniqueKeyRaces());
        all.add(new ForeignKeyRaces(new Numbers(numbersFrom)));
        all.add(new Upserts(spelling));
        all.add(new DecidedOnce(spelling, new Numbers(numbersFrom)));
        all.add(new BrokerCleanUp(new Numbers(numbersFrom)));
        all.add(new BankTransfers(spelling));
        all.add(new LostUpdates());
        all.add(new WriteSkew());
        all.add(new SavepointsAndFailures(spelling, new Numbers(numbersFrom)));
        all.add(new VisibleAtOnce());
        if (!spelling.has(Engine.DERBY)) {
            // DDL locks Derby's catalogue, on which an INSERT elsewhere then times out that has
            // taken a number of GENERATED ALWAYS on one database and not on the other.
            all.add(new SchemaChanges(new Numbers(numbersFrom)));
        }
        if (spelling.nextValue("any").isPresent()) {
            all.add(new SequenceValues(spelling, new Numbers(numbersFrom)));
        }
        if (spelling.skipsLocked()) {
            all.add(new QueueClaims(new Numbers(numbersFrom)));
        }
        return all;
    }
}
