package io.lockstep.controller.execution;

import java.util.concurrent.atomic.LongAdder;

/** How often what backends answered had consequences, since the start. Thread-safe. */
public final class OutcomeCounters {
    private final LongAdder commits = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final LongAdder disagreements = new LongAdder();
    private final LongAdder reruns = new LongAdder();

    /**
     * A moment's figures.
     *
     * @param commits transactions that wrote and were committed; a commit group is one
     * @param conflicts statements taken back because a backend reported a deadlock, a lock timeout
     *     or a serialization failure
     * @param disagreements statements to which backends gave different answers
     * @param reruns auto-commit writes run again under table locks
     */
    public record Figures(long commits, long conflicts, long disagreements, long reruns) {}

    void committed() {
        commits.increment();
    }

    void conflict() {
        conflicts.increment();
    }

    void disagreed() {
        disagreements.increment();
    }

    /** A write that was taken back is run again. */
    public void rerun() {
        reruns.increment();
    }

    public Figures figures() {
        return new Figures(commits.sum(), conflicts.sum(), disagreements.sum(), reruns.sum());
    }
}
