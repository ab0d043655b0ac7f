package io.lockstep.controller.execution;

import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Auto-commit writes that wait at the same time travel in one backend transaction: a commit group.
 * Their locks do not conflict, so it does not matter to the data. Nothing waits for company: a lane
 * that is free starts at once with whoever is there, the first one on its own thread; while the
 * lanes are busy the next group gathers, and is led by one of its members. If any member fails on
 * any backend, the group is rolled back everywhere and its members go one by one.
 *
 * <p>Two lanes, so that one group forms while another commits; up to two more if the running ones
 * take unusually long, so that a slow statement does not hold up everybody.
 */
public final class CommitGroups {
    /** Connections of each backend that must be kept free for groups. */
    public static final int LANES = 2;

    private static final int EXTRA_LANES = 2;
    private static final long SLOW_NANOS = 50_000_000;
    private static final int MEMBERS_MAX = 128;
    private static final int ROWS_MAX = 2000;
    private static final Logger log = LoggerFactory.getLogger(CommitGroups.class);

    private final BackendGroup backends;
    private final FanOut fanOut;
    private final CommitClock clock;
    private final Duration borrowTimeout;
    private final ExtraLanes extraLanes;
    private final LongAdder groups = new LongAdder();
    private final LongAdder members = new LongAdder();
    private final LongAdder splits = new LongAdder();

    private final ReentrantLock lock =
            new ReentrantLock(); // guards the fields below; nothing else is done under it
    private final Deque<Member> gathering = new ArrayDeque<>();
    private int lanesBusy;
    private int extraLanesBusy;
    private long lastStartNanos;

    /** Where a lane beyond the usual ones gets its right to a connection of every backend. */
    public interface ExtraLanes {
        /** False if there is none to spare now; never waits. */
        boolean take();

        void giveBack();
    }

    public CommitGroups(
            BackendGroup backends,
            FanOut fanOut,
            CommitClock clock,
            Duration borrowTimeout,
            ExtraLanes extraLanes) {
        this.backends = backends;
        this.fanOut = fanOut;
        this.clock = clock;
        this.borrowTimeout = borrowTimeout;
        this.extraLanes = extraLanes;
    }

    /** One auto-commit write whose locks are held. */
    public abstract static class Member {
        final TransactionId id;
        final StatementCall call;
        private final int rowCount;
        final boolean compareCount;
        private final Executor executor;
        private final AtomicReference<Boolean> cancelled = new AtomicReference<>(false);
        volatile List<FanOut.Participant> running = List.of();

        /**
         * A write to be committed by itself or in company.
         *
         * @param id as the client knows it
         * @param rowCount executions: 1, or the size of the batch
         * @param executor where this member's session may lead a group; runs one task at a time
         */
        protected Member(
                TransactionId id,
                StatementCall call,
                int rowCount,
                boolean compareCount,
                Executor executor) {
            this.id = id;
            this.call = call;
            this.rowCount = rowCount;
            this.compareCount = compareCount;
            this.executor = executor;
        }

        /** Called once, on the thread of whoever led the group; must only hand over. */
        protected abstract void done(Verdict<StatementResult> verdict);

        /**
         * Called once instead of {@link #done} if it is unknown what happened or nothing was begun.
         */
        protected abstract void failed(SQLException error);

        /**
         * From any thread: ends it if it runs (its company is run again without it) or keeps it
         * from starting.
         */
        public void cancel() {
            cancelled.set(true);
            for (FanOut.Participant participant : running) {
                participant.connection().cancelRunning();
            }
        }

        boolean isCancelled() {
            return cancelled.get();
        }
    }

    /**
     * Runs now on this thread if a lane is free, otherwise returns at once and is answered later.
     */
    public void submit(Member member) {
        List<Member> group = List.of();
        boolean slow;
        transaction(List.of(member)).pending();
        lock.lock();
        try {
            gathering.addLast(member);
            long now = System.nanoTime();
            if (lanesBusy < LANES) {
                lanesBusy++;
                group = takeGroup(now);
            }
            slow = extraLanesBusy < EXTRA_LANES && now - lastStartNanos > SLOW_NANOS;
        } finally {
            lock.unlock();
        }
        if (!group.isEmpty()) {
            lead(group);
        } else if (slow && extraLanes.take()) {
            leadOnExtraLane();
        }
    }

    private void leadOnExtraLane() {
        List<Member> group = List.of();
        lock.lock();
        try {
            extraLanesBusy++;
            if (extraLanesBusy <= EXTRA_LANES) {
                group = takeGroup(System.nanoTime());
            }
        } finally {
            lock.unlock();
        }
        List<Runnable> answers;
        try {
            answers = run(group);
        } finally {
            // Whoever gathers now is taken along by the usual lanes: all of them are busy.
            lock.lock();
            try {
                extraLanesBusy--;
            } finally {
                lock.unlock();
            }
            extraLanes.giveBack();
        }
        answer(answers);
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

    /** Caller holds the lock. */
    private List<Member> takeGroup(long now) {
        lastStartNanos = now;
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

    private void lead(List<Member> first) {
        List<Member> group = first;
        while (!group.isEmpty()) {
            List<Member> next = List.of();
            List<Runnable> answers;
            try {
                answers = run(group);
            } finally {
                // The lane goes on before this group is answered.
                next = passOn();
            }
            answer(answers);
            group = next;
        }
    }

    /**
     * The lane goes to the next group, led by the session of one of its members.
     *
     * @return the next group if all its sessions have gone, so that this thread must lead it
     */
    private List<Member> passOn() {
        List<Member> next;
        lock.lock();
        try {
            if (gathering.isEmpty()) {
                lanesBusy--;
                return List.of();
            }
            next = takeGroup(System.nanoTime());
        } finally {
            lock.unlock();
        }
        for (Member member : next) {
            try {
                member.executor.execute(() -> lead(next));
                return List.of();
            } catch (RejectedExecutionException e) {
                log.debug("a session that was to lead a commit group has gone", e);
            }
        }
        return next;
    }

    private List<Runnable> run(List<Member> gathered) {
        List<Member> group = new ArrayList<>(gathered);
        List<Runnable> withdrawn = new ArrayList<>();
        group.removeIf(
                member -> {
                    if (member.isCancelled()) {
                        transaction(List.of(member)).ended();
                        withdrawn.add(() -> member.failed(cancelled()));
                        return true;
                    }
                    return false;
                });
        List<Runnable> answers = group.isEmpty() ? new ArrayList<>() : runUncancelled(group);
        answers.addAll(withdrawn);
        return answers;
    }

    static SQLException cancelled() {
        return new SQLException(
                "cancelled; nothing of it was committed on any backend",
                SqlState.QUERY_CANCELED.code());
    }

    /** A bug: nothing is known to be committed, and nothing of it is left open on any backend. */
    private static SQLException internal(Throwable bug) {
        log.error("a commit group failed unexpectedly", bug);
        return new SQLException(
                "Internal error: " + bug + ". See the controller's log",
                SqlState.INTERNAL_ERROR.code(),
                bug);
    }

    private List<Runnable> runUncancelled(List<Member> group) {
        groups.increment();
        members.add(group.size());
        List<Runnable> answers = new ArrayList<>(group.size());
        if (group.size() == 1) {
            answers.add(runAlone(group.get(0)));
            return answers;
        }
        try {
            if (transaction(group).run() instanceof Verdict.Agreed<List<StatementResult>> agreed) {
                for (int i = 0; i < group.size(); i++) {
                    Member member = group.get(i);
                    StatementResult result = agreed.result().get(i);
                    answers.add(() -> member.done(new Verdict.Agreed<>(result)));
                }
                return answers;
            }
        } catch (GroupTransaction.CommitFailedException e) {
            group.forEach(member -> answers.add(() -> member.failed(e.failure)));
            return answers;
        } catch (SQLException e) {
            group.forEach(member -> answers.add(() -> member.failed(e)));
            return answers;
        } catch (RuntimeException | Error e) {
            SQLException error = internal(e);
            group.forEach(member -> answers.add(() -> member.failed(error)));
            return answers;
        }
        splits.increment();
        for (Member member : group) {
            // What split the group may have been this very cancel, which is spent.
            if (member.isCancelled()) {
                transaction(List.of(member)).ended();
                answers.add(() -> member.failed(cancelled()));
            } else {
                answers.add(runAlone(member));
            }
        }
        return answers;
    }

    private Runnable runAlone(Member member) {
        try {
            Verdict<List<StatementResult>> verdict = transaction(List.of(member)).run();
            if (verdict instanceof Verdict.Agreed<List<StatementResult>> agreed) {
                return () -> member.done(new Verdict.Agreed<>(agreed.result().get(0)));
            }
            if (verdict instanceof Verdict.Refused<List<StatementResult>> refused) {
                return () -> member.done(new Verdict.Refused<>(refused.error()));
            }
            Verdict.TakenBack<List<StatementResult>> back =
                    (Verdict.TakenBack<List<StatementResult>>) verdict;
            boolean rerunnable = back.rerunnable() && !member.isCancelled();
            return () -> member.done(new Verdict.TakenBack<>(back.error(), rerunnable));
        } catch (GroupTransaction.CommitFailedException e) {
            return () -> member.failed(e.failure);
        } catch (SQLException e) {
            return () -> member.failed(e);
        } catch (RuntimeException | Error e) {
            SQLException error = internal(e);
            return () -> member.failed(error);
        }
    }

    private GroupTransaction transaction(List<Member> group) {
        return new GroupTransaction(backends, fanOut, clock, borrowTimeout, group);
    }

    /** Groups sent, their members, and groups that had to be split. */
    public record Counters(long groups, long members, long splits) {}

    public Counters counters() {
        return new Counters(groups.sum(), members.sum(), splits.sum());
    }
}
