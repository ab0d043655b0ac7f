package io.lockstep.controller.sql;

import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * The locks of a statement, as far as the text alone decides them, and the recipe for the rest.
 *
 * <p>On the virtual database every write takes {@link LockMode#INTENT_EXCLUSIVE} and a write that
 * could touch anything takes {@link LockMode#EXCLUSIVE}. DDL intends only, like any other write, so
 * that a transaction that stays open for ever (a broker's lock row) holds up the DDL of its own
 * table and no other. Plain reads take nothing there.
 *
 * @param fixed the same for every execution
 * @param keys resolved with each execution's parameters
 * @param tableLocks what a lone second run takes
 */
record AccessPlan(List<LockRequest> fixed, List<KeyLock> keys, List<LockRequest> tableLocks) {
    static final LockRequest DATABASE_INTENT_EXCLUSIVE =
            new LockRequest(Resource.DATABASE, LockMode.INTENT_EXCLUSIVE);
    static final LockRequest DATABASE_INTENT_SHARE =
            new LockRequest(Resource.DATABASE, LockMode.INTENT_SHARE);
    static final LockRequest DATABASE_EXCLUSIVE =
            new LockRequest(Resource.DATABASE, LockMode.EXCLUSIVE);

    static final AccessPlan NONE = new AccessPlan(List.of(), List.of(), List.of());
    static final AccessPlan WHOLE_DATABASE =
            new AccessPlan(List.of(DATABASE_EXCLUSIVE), List.of(), List.of(DATABASE_EXCLUSIVE));

    /** A batch with more keys than this locks the table: one lock is cheaper than thousands. */
    static final int KEYS_MAX = 4_096;

    AccessPlan {
        fixed = List.copyOf(fixed);
        keys = List.copyOf(keys);
        tableLocks = List.copyOf(tableLocks);
    }

    List<LockRequest> resolve(List<? extends List<?>> parameterRows) {
        if (keys.isEmpty()) {
            return fixed;
        }
        int executions = Math.max(1, parameterRows.size());
        if ((long) keys.size() * executions > KEYS_MAX) {
            return coarse();
        }
        List<LockRequest> locks = new ArrayList<>(fixed.size() + keys.size() * executions);
        locks.addAll(fixed);
        for (int execution = 0; execution < executions; execution++) {
            List<?> parameters = parameterRows.isEmpty() ? List.of() : parameterRows.get(execution);
            for (int i = 0; i < keys.size(); i++) {
                KeyLock key = keys.get(i);
                LockRequest lock = key.resolve(parameters);
                if (lock != null && (lock.resource().key() != null || !locks.contains(lock))) {
                    locks.add(lock);
                }
            }
        }
        return locks;
    }

    private List<LockRequest> coarse() {
        List<LockRequest> locks = new ArrayList<>(fixed);
        for (KeyLock key : keys) {
            if (!locks.contains(key.otherwise())) {
                locks.add(key.otherwise());
            }
        }
        return locks;
    }
}
