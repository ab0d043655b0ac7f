package io.lockstep.controller.execution;

import io.lockstep.controller.execution.CommitGroups.Member;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which commit groups run at the same time, and on which thread.
 *
 * <p>Normally one group after another: who comes while it runs makes the next one, and the larger
 * groups are the fewer commits there are to pay for. A group that is {@link #LATE_NANOS late} (a
 * slow statement, a slow disk) is not waited for: a second lane opens for whoever comes or has
 * gathered by then, and up to two more, if connections can be spared, once all that run are {@link
 * #SLOW_NANOS slow}. A lane closes when nobody waits, or when another one is quick again.
 */
final class CommitLanes {
    /** About what a group takes whose forces reach a disk without a cache of its own. */
    private static final long LATE_NANOS = 5_000_000;

    private static final long SLOW_NANOS = 50_000_000;
    private static final int EXTRA_LANES = 2;
    private static final int MEMBERS_MAX = 128;
    private static final int ROWS_MAX = 2000;
    private static final Logger log = LoggerFactory.getLogger(CommitLanes.class);

    private final CommitGroups.ExtraLanes permits;
    private final Function<List<Member>, List<Runnable>> run;
    private final Timer timer;
    private final LongSupplier nanoTime;

    private final ReentrantLock lock =
            new ReentrantLock(); // guards the fields below; nothing else is done under it
    private final Deque<Member> gathering = new ArrayDeque<>();
    private final List<Lane> open = new ArrayList<>(CommitGroups.LANES + EXTRA_LANES);
    private boolean watched;

    /** Calls back later, or throws {@link RejectedExecutionException} if it is shut down. */
    interface Timer {
        void after(long nanos, Runnable task);
    }

    /** One group after another. */
    private static final class Lane {
        final boolean extra;
        long startedNanos; // when its group of now began; guarded by the lock

        Lane(boolean extra) {
            this.extra = extra;
        }
    }

    /** What may be begun now. */
    private enum Opening {
        NONE,
        USUAL,
        EXTRA
    }

    /** A group and where it runs. */
    private record Start(Lane lane, List<Member> group) {}

    /**
     * All closed.
     *
     * @param run runs one group to its end and returns the answers to its members
     */
    CommitLanes(
            CommitGroups.ExtraLanes permits,
            Timer timer,
            LongSupplier nanoTime,
            Function<List<Member>, List<Runnable>> run) {
        this.permits = permits;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.run = run;
    }

    /** Runs it now on this thread if a lane may be opened, otherwise returns at once. */
    void submit(Member member) {
        Start start = null;
        Opening opening;
        boolean watch;
        lock.lock();
        try {
            gathering.addLast(member);
            long now = nanoTime.getAsLong();
            opening = opening(now);
            if (opening == Opening.USUAL) {
                start = open(false, now);
            }
            watch = toBeWatched();
        } finally {
            lock.unlock();
        }
        if (watch) {
            watch();
        }
        if (opening == Opening.EXTRA) {
            start = openExtra();
        }
        if (start != null) {
            lead(start);
        }
    }

    /** Caller holds the lock. */
    private Opening opening(long now) {
        if (gathering.isEmpty() || anyStartedWithin(LATE_NANOS, now)) {
            return Opening.NONE;
        }
        if (open.stream().filter(lane -> !lane.extra).count() < CommitGroups.LANES) {
            return Opening.USUAL;
        }
        boolean full = open.size() == CommitGroups.LANES + EXTRA_LANES;
        return full || anyStartedWithin(SLOW_NANOS, now) ? Opening.NONE : Opening.EXTRA;
    }

    /** Caller holds the lock. */
    private boolean anyStartedWithin(long nanos, long now) {
        for (Lane lane : open) {
            if (now - lane.startedNanos < nanos) {
                return true;
            }
        }
        return false;
    }

    /** Caller holds the lock. */
    private Start open(boolean extra, long now) {
        Lane lane = new Lane(extra);
        open.add(lane);
        return new Start(lane, takeGroup(lane, now));
    }

    /** Null if there is no permit, or no need any more. */
    private Start openExtra() {
        if (!permits.take()) {
            return null;
        }
        Start start = null;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (opening(now) == Opening.EXTRA) {
                start = open(true, now);
            }
        } finally {
            lock.unlock();
            if (start == null) {
                permits.giveBack();
            }
        }
        return start;
    }

    /** Caller holds the lock. */
    private List<Member> takeGroup(Lane lane, long now) {
        lane.startedNanos = now;
        List<Member> group = new ArrayList<>(Math.min(gathering.size(), MEMBERS_MAX));
        int rows = 0;
        while (!gathering.isEmpty() && group.size() < MEMBERS_MAX) {
            rows += gathering.peekFirst().rowCount;
            if (rows > ROWS_MAX && !group.isEmpty()) {
                break;
            }
            group.add(gathering.removeFirst());
        }
        return group;
    }

    private void lead(Start first) {
        Start start = first;
        while (start != null) {
            List<Runnable> answers;
            try {
                answers = run.apply(start.group);
            } finally {
                // The lane goes on before this group is answered.
                start = next(start.lane);
            }
            answer(answers);
        }
    }

    /** One that cannot take its answer must not keep the others from theirs. */
    private static void answer(List<Runnable> answers) {
        for (Runnable each : answers) {
            try {
                each.run();
            } catch (RuntimeException e) {
                log.error("a session could not be given its answer", e);
            }
        }
    }

    /**
     * Closes the lane or hands it to a session of the next group.
     *
     * @return the next group if all its sessions have gone, so that this thread must lead it
     */
    private Start next(Lane lane) {
        Start next = null;
        boolean watch;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            if (gathering.isEmpty() || anotherIsQuick(lane, now)) {
                open.remove(lane);
            } else {
                next = new Start(lane, takeGroup(lane, now));
            }
            watch = toBeWatched();
        } finally {
            lock.unlock();
        }
        if (next == null && lane.extra) {
            permits.giveBack();
        }
        if (watch) {
            watch();
        }
        return next == null || handOver(next) ? null : next;
    }

    /** An extra lane gives way to any, the usual ones only to each other. Caller holds the lock. */
    private boolean anotherIsQuick(Lane lane, long now) {
        for (Lane other : open) {
            boolean quick = now - other.startedNanos < LATE_NANOS;
            if (other != lane && quick && (lane.extra || !other.extra)) {
                return true;
            }
        }
        return false;
    }

    /** False if all its sessions have gone. */
    private boolean handOver(Start start) {
        for (Member member : start.group) {
            try {
                member.executor.execute(() -> lead(start));
                return true;
            } catch (RejectedExecutionException e) {
                log.debug("a session that was to lead a commit group has gone", e);
            }
        }
        return false;
    }

    /** Caller holds the lock and calls {@link #watch} afterwards if this is true. */
    private boolean toBeWatched() {
        if (watched || gathering.isEmpty()) {
            return false;
        }
        watched = true;
        return true;
    }

    /** Looks after those who gather, in case that nobody comes who would find the lanes late. */
    private void watch() {
        try {
            timer.after(LATE_NANOS, this::look);
        } catch (RejectedExecutionException e) {
            log.debug("the controller stops: what gathers goes when the running groups end", e);
        }
    }

    /** On the timer's thread, which nobody would hear an exception from. */
    private void look() {
        try {
            fetchGathered();
        } catch (RuntimeException e) {
            log.error("no lane could be opened for who waits for a late commit group", e);
        }
    }

    /** Not to be led by this thread: it has other deadlines to keep. */
    private void fetchGathered() {
        Start start = null;
        Opening opening;
        boolean again;
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            opening = opening(now);
            if (opening == Opening.USUAL) {
                start = open(false, now);
            }
            watched = !gathering.isEmpty();
            again = watched;
        } finally {
            lock.unlock();
        }
        if (again) {
            watch();
        }
        if (opening == Opening.EXTRA) {
            start = openExtra();
        }
        if (start != null && !handOver(start)) {
            Start orphaned = start;
            new Thread(() -> lead(orphaned), "lockstep-group-of-gone-sessions").start();
        }
    }
}
