package io.lockstep.controller.balancer;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Picks one of the backends that may answer a read. Thread-safe. */
public interface ReadBalancer {
    /**
     * The one to ask.
     *
     * @param candidates at least one
     */
    <C extends Candidate> C choose(List<C> candidates);

    /** What the choice depends on. */
    interface Candidate {
        /** Requests now waiting for this backend's answer. */
        int pending();

        /** Share of the reads, at least 1. */
        int weight();
    }

    /**
     * Fewest pending requests; among equals each in turn, so that an idle pair still shares the
     * work.
     */
    final class LeastPending implements ReadBalancer {
        private final AtomicInteger turn = new AtomicInteger();

        @Override
        public <C extends Candidate> C choose(List<C> candidates) {
            int fewest = Integer.MAX_VALUE;
            int equals = 0;
            for (int i = 0; i < candidates.size(); i++) {
                int pending = candidates.get(i).pending();
                if (pending < fewest) {
                    fewest = pending;
                    equals = 1;
                } else if (pending == fewest) {
                    equals++;
                }
            }
            int skip = Math.floorMod(turn.getAndIncrement(), equals);
            C best = candidates.get(0);
            for (int i = 0; i < candidates.size(); i++) {
                C candidate = candidates.get(i);
                if (candidate.pending() <= fewest) { // others may have been given work meanwhile
                    best = candidate;
                    if (skip-- == 0) {
                        break;
                    }
                }
            }
            return best;
        }
    }

    /** Each in turn. */
    final class RoundRobin implements ReadBalancer {
        private final AtomicInteger turn = new AtomicInteger();

        @Override
        public <C extends Candidate> C choose(List<C> candidates) {
            return candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size()));
        }
    }

    /** Each in turn, as often as its weight says. */
    final class Weighted implements ReadBalancer {
        private final AtomicInteger turn = new AtomicInteger();

        @Override
        public <C extends Candidate> C choose(List<C> candidates) {
            int total = 0;
            for (C candidate : candidates) {
                total += candidate.weight();
            }
            int ticket = Math.floorMod(turn.getAndIncrement(), total);
            for (C candidate : candidates) {
                ticket -= candidate.weight();
                if (ticket < 0) {
                    return candidate;
                }
            }
            throw new IllegalStateException("weights changed from " + total + " while choosing");
        }
    }
}
