package io.lockstep.controller.sql;

import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import io.lockstep.controller.sql.StatementClass.LockWait;
import io.lockstep.controller.sql.StatementClass.TransactionVerb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is found out about a text while it is being classified. Used by one thread, thrown away. */
final class Draft {
    final Tokens tokens;
    StatementKind kind = StatementKind.UNKNOWN_WRITE;
    final Set<String> read = new LinkedHashSet<>();
    final Set<String> written = new LinkedHashSet<>();
    String refusal;
    TransactionVerb verb;
    boolean atMostOneRow;
    boolean returnsRows;
    boolean countComparable;
    boolean generatesKeys;
    boolean harmlessDdl;

    /** Rows that an UPDATE or DELETE names by key; 0 if it does not. */
    int pinnedRows;

    LockWait lockWait = LockWait.WAIT;
    final Splices.Builder splices;

    /** Why things are as they are, for {@code explain}. */
    final List<String> notes = new ArrayList<>();

    private final Map<Resource, Set<LockMode>> fixed = new LinkedHashMap<>();
    private final List<KeyLock> keys = new ArrayList<>();
    private boolean wholeDatabase;

    Draft(Tokens tokens, Schema schema) {
        this.tokens = tokens;
        this.splices = new Splices.Builder(tokens, schema.dialects());
    }

    Draft refuse(String reason) {
        kind = StatementKind.REFUSED;
        refusal = refusal == null ? reason : refusal;
        return this;
    }

    Draft note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
        return this;
    }

    /** It could touch anything: alone among all writers. */
    Draft lockDatabase(String reason) {
        wholeDatabase = true;
        return note("locks the whole database: " + reason);
    }

    boolean locksDatabase() {
        return wholeDatabase;
    }

    void lock(Resource resource, LockMode mode) {
        fixed.computeIfAbsent(resource, r -> new LinkedHashSet<>()).add(mode);
    }

    void lockTable(String table, LockMode mode) {
        lock(Resource.table(table), mode);
    }

    /** Forgets the locks so far. */
    void replaceLocks() {
        fixed.clear();
        keys.clear();
    }

    void lock(KeyLock key) {
        keys.add(key);
    }

    StatementClass build(Schema schema) {
        return new AnalyzedClass(this, plan(), splices.build(), schema);
    }

    private AccessPlan plan() {
        return switch (kind) {
            case REFUSED, TRANSACTION, SESSION -> AccessPlan.NONE;
            case UNKNOWN_WRITE ->
                    wholeDatabase || fixed.isEmpty() ? AccessPlan.WHOLE_DATABASE : finePlan();
            case READ, LOCKING_READ, WRITE, DDL, LOCK_TABLE ->
                    wholeDatabase ? AccessPlan.WHOLE_DATABASE : finePlan();
        };
    }

    private AccessPlan finePlan() {
        List<LockRequest> locks = new ArrayList<>();
        List<LockRequest> coarse = new ArrayList<>();
        fixed.forEach(
                (resource, modes) ->
                        modes.forEach(mode -> locks.add(new LockRequest(resource, mode))));
        for (LockRequest lock : locks) {
            boolean tableToBeExclusive =
                    lock.resource().key() == null
                            && lock.resource().table() != null
                            && lock.mode() == LockMode.INTENT_EXCLUSIVE;
            if (!tableToBeExclusive) {
                coarse.add(lock);
            }
        }
        for (String table : written) {
            LockRequest exclusive = new LockRequest(Resource.table(table), LockMode.EXCLUSIVE);
            if (kind != StatementKind.DDL && !coarse.contains(exclusive)) {
                coarse.add(exclusive);
            }
        }
        for (KeyLock key : keys) {
            if (!coarse.contains(key.otherwise())) {
                coarse.add(key.otherwise());
            }
        }
        return new AccessPlan(locks, keys, coarse);
    }
}
