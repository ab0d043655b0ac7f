package io.lockstep.controller.scheduler;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock manager: one hash table of resources under one mutex.
 *
 * <p>A request that cannot be granted is queued on <em>every</em> resource it lacks and holds none
 * of them. Order of arrival decides, with two exceptions: a resource that a queued request could
 * have but does not take, because it waits for another one, is lent to later comers until that
 * request has missed its turn once; and a request goes ahead of those that cannot proceed before it
 * has finished. See {@link WaitsForGraph} for who waits for whom.
 */
public final class LockTable implements LockManager {
    /** Keys of one table an owner holds before the table is locked instead. */
    public static final int KEYS_MAX = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(LockTable.class);

    /*
     * Concurrency. The mutex guards every field below and everything reachable from them: entries,
     * holds, requests, the bookkeeping inside LockOwner. Held for a few hash look-ups; nothing
     * under it blocks or calls out. Decisions about waiting requests are collected under it and
     * delivered after it has been given back.
     */
    private final ReentrantLock mutex = new ReentrantLock();
    private final Map<Resource, LockEntry> entries = new HashMap<>();
    private final PermitPool permits;
    private final RequestPlanner planner;
    private long tickets;
    private long granted;
    private long waited;
    private long timedOut;
    private long deadlocks;

    /** Entries where something was given back, so that somebody in the queue may be next. */
    private final List<LockEntry> released = new ArrayList<>();

    private boolean permitReleased;

    /** Requests held up by order alone when last looked at: is that order a circle? */
    private final Queue<Request> suspects = new ArrayDeque<>();

    private List<Request> decided = new ArrayList<>();

    private final DeadlineTimer timer;
    private final LongSupplier nanoClock;

    /**
     * An empty table.
     *
     * @param permits most owners admitted at a time
     * @param timer ends waits whose deadline passes
     * @param nanoClock {@link System#nanoTime} but in tests
     */
    public LockTable(int permits, DeadlineTimer timer, LongSupplier nanoClock) {
        this(permits, timer, nanoClock, KEYS_MAX);
    }

    LockTable(int permits, DeadlineTimer timer, LongSupplier nanoClock, int keysMax) {
        this.permits = new PermitPool(permits);
        this.timer = timer;
        this.nanoClock = nanoClock;
        this.planner = new RequestPlanner(entries, keysMax);
    }

    @Override
    public boolean acquire(
            LockOwner owner,
            List<LockRequest> requests,
            Options options,
            Consumer<LockResult> whenDone) {
        Request request;
        boolean grantedAtOnce;
        boolean waits;
        List<Request> done;
        mutex.lock();
        try {
            if (owner.waiting != null) {
                throw new IllegalStateException(owner.label() + " is already waiting for a lock");
            }
            request =
                    new Request(
                            owner,
                            ++tickets,
                            planner.plan(owner, requests),
                            options,
                            whenDone,
                            nanoClock.getAsLong());
            if (isGrantable(request)) {
                grant(request);
            } else {
                queueUp(request);
            }
            settle();
            if (request.isWaiting() && options.timeoutNanos() == 0) {
                timeOut(request);
                settle();
            }
            grantedAtOnce = request.result == LockResult.GRANTED;
            waits = request.isWaiting();
            if (waits) {
                waited++;
            } else if (grantedAtOnce) {
                decided.remove(request); // the return value says it
            }
            done = takeDecided();
        } finally {
            mutex.unlock();
        }
        deliver(done);
        if (waits) {
            armDeadline(request);
        }
        return grantedAtOnce;
    }

    @Override
    public void release(LockOwner owner) {
        List<Request> done;
        mutex.lock();
        try {
            if (owner.waiting != null) {
                decide(owner.waiting, new LockResult.Cancelled());
            }
            for (Hold hold : owner.holds()) {
                giveBack(hold);
            }
            if (owner.hasPermit) {
                permits.giveBack(owner);
                permitReleased = true;
            }
            owner.clear();
            settle();
            done = takeDecided();
        } finally {
            mutex.unlock();
        }
        deliver(done);
    }

    @Override
    public boolean cancel(LockOwner owner) {
        List<Request> done;
        mutex.lock();
        try {
            if (owner.waiting == null) {
                return false;
            }
            decide(owner.waiting, new LockResult.Cancelled());
            settle();
            done = takeDecided();
        } finally {
            mutex.unlock();
        }
        deliver(done);
        return true;
    }

    @Override
    public Snapshot snapshot() {
        mutex.lock();
        try {
            List<Held> held = new ArrayList<>();
            List<Request> requests = new ArrayList<>();
            for (LockEntry entry : entries.values()) {
                for (Hold hold = entry.holders; hold != null; hold = hold.next) {
                    held.add(new Held(hold.owner.label(), entry.resource.toString(), hold.mode));
                }
                for (Need need : entry.queue()) {
                    if (need.request.needs.get(0) == need) {
                        requests.add(need.request);
                    }
                }
            }
            for (Request request : permits.queue()) {
                if (request.needs.isEmpty()) {
                    requests.add(request);
                }
            }
            requests.sort(Comparator.comparingLong(request -> request.ticket));
            List<Waiting> waiting = new ArrayList<>();
            requests.forEach(request -> waiting.add(describe(request)));
            return new Snapshot(
                    held,
                    waiting,
                    permits.holders().size(),
                    permits.size(),
                    new Counters(granted, waited, timedOut, deadlocks));
        } finally {
            mutex.unlock();
        }
    }

    /** Resources held or waited for. */
    int entryCount() {
        mutex.lock();
        try {
            return entries.size();
        } finally {
            mutex.unlock();
        }
    }

    // ------------------------------------------------------------------ granting

    private boolean isGrantable(Request request) {
        return request.firstBlockedByHolders() == null
                && request.firstHeldBack() == null
                && !lacksPermit(request);
    }

    private boolean lacksPermit(Request request) {
        return request.needsPermit() && permits.isExhausted();
    }

    private void grant(Request request) {
        LockOwner owner = request.owner;
        if (request.isWaiting()) {
            leaveQueues(request);
            decided.add(request);
        }
        request.result = LockResult.GRANTED;
        granted++;
        if (request.needsPermit()) {
            permits.take(owner);
        }
        for (Need need : request.needs) {
            Hold hold = need.own;
            if (hold == null) {
                hold = new Hold(owner, need.entry, need.target, request.ticket);
                need.entry.addHolder(hold);
                owner.add(hold);
                noteCover(hold, false);
            } else {
                boolean covered = coversAnyKey(hold.mode);
                need.entry.changeMode(hold, need.target);
                hold.ticket = request.ticket;
                noteCover(hold, covered);
            }
            Escalation.granted(owner, need.entry.resource, need.target);
        }
        if (owner.keysPerTable != null) {
            dropSuperfluousKeys(owner, request);
        }
    }

    private static void noteCover(Hold hold, boolean before) {
        Resource resource = hold.entry.resource;
        boolean isTable = resource.table() != null && resource.key() == null;
        if (isTable && !before && coversAnyKey(hold.mode)) {
            hold.owner.coveringTables++;
        }
    }

    private void dropSuperfluousKeys(LockOwner owner, Request request) {
        for (Need need : request.needs) {
            List<Hold> superfluous = Escalation.superfluous(owner, need.entry, need.target);
            if (!superfluous.isEmpty()) {
                owner.removeAll(superfluous);
                superfluous.forEach(this::giveBack);
            }
        }
    }

    private static boolean coversAnyKey(LockMode table) {
        return ModeTable.coversKey(table, LockMode.ACCESS_SHARE);
    }

    // ------------------------------------------------------------------ waiting

    private void queueUp(Request request) {
        LockOwner owner = request.owner;
        boolean mayCloseCircle = isWaitedFor(owner);
        boolean blockedByHolders = request.firstBlockedByHolders() != null;
        owner.waiting = request;
        request.needs.forEach(need -> need.entry.enqueue(need));
        permits.seek(request);
        mayCloseCircle |= owner.hasPermit && permits.mayBeDeadlocked();
        if (request.options.timeoutNanos() == 0) {
            // NOWAIT never waits for a holder, so it cannot be part of a deadlock; but if it was
            // held up by order alone, the order may have to yield.
            mayCloseCircle &= !blockedByHolders;
        }
        if (!blockedByHolders && request.firstHeldBack() == null) {
            waitForPermit(request);
        }
        if (mayCloseCircle) {
            suspects.add(request);
        }
    }

    private boolean isWaitedFor(LockOwner owner) {
        for (Hold hold : owner.holds()) {
            if (!hold.entry.queue().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private void waitForPermit(Request request) {
        request.reserving = true;
        permits.enqueue(request);
    }

    private void leaveQueues(Request request) {
        request.owner.waiting = null;
        request.needs.forEach(need -> need.entry.dequeue(need));
        permits.stopSeeking(request);
    }

    /** Ends a waiting request without granting it. */
    private void decide(Request request, LockResult result) {
        leaveQueues(request);
        request.result = result;
        decided.add(request);
        for (Need need : request.needs) {
            touch(need.entry);
        }
    }

    private void timeOut(Request request) {
        Waiting waiting = describe(request);
        timedOut++;
        decide(
                request,
                new LockResult.TimedOut(waiting.resource(), String.join(", ", waiting.waitsFor())));
    }

    private void expire(Request request) {
        List<Request> done;
        mutex.lock();
        try {
            if (!request.isWaiting()) {
                return;
            }
            timeOut(request);
            settle();
            done = takeDecided();
        } finally {
            mutex.unlock();
        }
        deliver(done);
    }

    private void giveBack(Hold hold) {
        hold.entry.removeHolder(hold);
        touch(hold.entry);
    }

    private void touch(LockEntry entry) {
        if (entry.isUnused()) {
            entries.remove(entry.resource);
        } else if (!entry.queue().isEmpty()) {
            released.add(entry);
        }
    }

    // ------------------------------------------------------------------ who is next

    /** Grants whatever can be granted now and breaks every deadlock, until nothing moves. */
    private void settle() {
        while (true) {
            if (!released.isEmpty() || permitReleased) {
                for (Request candidate : takeCandidates()) {
                    if (candidate.isWaiting()) {
                        reconsider(candidate);
                    }
                }
            } else if (!suspects.isEmpty()) {
                untangle(suspects.remove());
            } else {
                return;
            }
        }
    }

    private List<Request> takeCandidates() {
        List<Request> candidates = new ArrayList<>();
        for (LockEntry entry : released) {
            for (Need need : entry.queue()) {
                candidates.add(need.request);
            }
        }
        if (permitReleased) {
            candidates.addAll(permits.queue());
        }
        if (released.size() > 1 || permitReleased) {
            candidates.sort(Comparator.comparingLong(request -> request.ticket));
        }
        released.clear();
        permitReleased = false;
        return candidates;
    }

    private void reconsider(Request request) {
        if (request.queuedForPermit && lacksPermit(request)) {
            return; // whatever happened to its locks, it is not its turn
        }
        if (request.firstBlockedByHolders() != null) {
            request.reserving |= request.wasOvertaken();
        } else if (request.firstHeldBack() != null) {
            suspects.add(request);
        } else if (lacksPermit(request)) {
            waitForPermit(request);
            suspects.add(request);
        } else {
            grant(request);
        }
    }

    private void untangle(Request suspect) {
        if (!suspect.isWaiting()) {
            return;
        }
        WaitsForGraph.Remedy remedy = WaitsForGraph.judge(suspect, permits);
        if (remedy instanceof WaitsForGraph.Remedy.Reordered reordered) {
            reconsider(reordered.first());
        } else if (remedy instanceof WaitsForGraph.Remedy.Victim victim) {
            deadlocks++;
            decide(victim.request(), new LockResult.Deadlock(victim.cycle()));
        } else {
            return;
        }
        suspects.add(suspect); // there may be another circle
    }

    private Waiting describe(Request request) {
        return WaitDescription.describe(request, permits, nanoClock.getAsLong());
    }

    // ------------------------------------------------------------------ outside the mutex

    private List<Request> takeDecided() {
        if (decided.isEmpty()) {
            return List.of();
        }
        List<Request> taken = decided;
        decided = new ArrayList<>();
        return taken;
    }

    private void armDeadline(Request request) {
        DeadlineTimer.Cancellable deadline;
        try {
            deadline = timer.schedule(() -> expire(request), request.options.timeoutNanos());
        } catch (RejectedExecutionException e) {
            LOG.warn(
                    "No deadline for {}, the timer is shut down: not waiting",
                    request.owner.label());
            expire(request);
            return;
        }
        boolean late;
        mutex.lock();
        try {
            late = !request.isWaiting();
            request.deadline = deadline;
        } finally {
            mutex.unlock();
        }
        if (late) {
            deadline.cancel();
        }
    }

    private static void deliver(List<Request> done) {
        for (Request request : done) {
            if (request.deadline != null) {
                request.deadline.cancel();
            }
            try {
                request.whenDone.accept(request.result);
            } catch (RuntimeException e) {
                LOG.error(
                        "The callback of {} failed on {}; the lock table is unharmed",
                        request.owner.label(),
                        request.result,
                        e);
            }
        }
    }
}
