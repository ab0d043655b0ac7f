package io.lockstep.controller.execution;

import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Auto-commit writes that wait at the same time travel in one backend transaction: a commit group.
 * Their locks do not conflict, so it does not matter to the data. Nothing waits for company: if no
 * group runs, one starts at once with whoever is there, on that one's thread; while one runs the
 * next gathers, and is led by one of its members ({@link CommitLanes}). If any member fails on any
 * backend, the group is rolled back everywhere and its members go one by one.
 */
public final class CommitGroups {
    /** Connections of each backend that must be kept free for groups. */
    public static final int LANES = 2;

    private static final Logger log = LoggerFactory.getLogger(CommitGroups.class);

    private final BackendGroup backends;
    private final FanOut fanOut;
    private final CommitClock clock;
    private final Duration borrowTimeout;
    private final CommitLanes lanes;
    private final LongAdder groups = new LongAdder();
    private final LongAdder members = new LongAdder();
    private final LongAdder splits = new LongAdder();

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
            ExtraLanes extraLanes,
            ScheduledExecutorService timer) {
        this.backends = backends;
        this.fanOut = fanOut;
        this.clock = clock;
        this.borrowTimeout = borrowTimeout;
        this.lanes = new CommitLanes(extraLanes, alarms(timer), System::nanoTime, this::run);
    }

    private static CommitLanes.Timer alarms(ScheduledExecutorService timer) {
        return (nanos, task) -> {
            Future<?> unused = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
        };
    }

    /** One auto-commit write whose locks are held. */
    public abstract static class Member {
        final TransactionId id;
        final StatementCall call;
        final int rowCount;
        final boolean compareCount;
        final Executor executor;
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
     * Runs now on this thread if nothing else runs, otherwise returns at once and is answered
     * later.
     */
    public void submit(Member member) {
        transaction(List.of(member)).pending();
        lanes.submit(member);
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
