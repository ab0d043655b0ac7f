package io.lockstep.controller.sql;

import io.lockstep.backends.counters.Counter;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import io.lockstep.controller.sql.StatementClass.LockWait;
import io.lockstep.controller.sql.StatementClass.TransactionVerb;
import io.lockstep.protocol.SqlState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
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
    SqlState refusalState;
    TransactionVerb verb;
    SessionSetting setting;
    boolean atMostOneRow;
    boolean returnsRows;
    boolean countComparable;
    boolean generatesKeys;
    boolean harmlessDdl;
    boolean call;

    /** A comment says that it only reads, whatever it calls. */
    boolean declaredReader;

    /** Names of columns that the databases number in the rows of INSERT .. VALUES. */
    final Set<String> numbered = new LinkedHashSet<>();

    /** The controller gives out numbers; if not, the databases do, in one order. */
    final boolean allocates;

    /** A query that no database needs to hear of but the one that answers. */
    boolean answeredByOne;

    /** Counters that the databases move by themselves. */
    final Set<Counter> drawn = new LinkedHashSet<>();

    /** They may go backwards too. */
    boolean resets;

    /** The parameters put in the place of NEXT VALUE FOR and the like. */
    final Map<Span, Integer> drawnAt = new HashMap<>();

    /** Tokens from {@code from} to before {@code to}. */
    record Span(int from, int to) {}

    final List<Numbering.Given> given = new ArrayList<>();
    final List<Numbering.Key> numberKeys = new ArrayList<>();
    private final List<Counter> allocated = new ArrayList<>();

    /** Rows that an UPDATE or DELETE names by key; 0 if it does not. */
    int pinnedRows;

    LockWait lockWait = LockWait.WAIT;

    /** Null unless rows are locked as they are found. */
    RowClaim claim;

    final Splices.Builder splices;

    /** Why things are as they are, for {@code explain}. */
    final List<String> notes = new ArrayList<>();

    private final Map<Resource, Set<LockMode>> fixed = new LinkedHashMap<>();
    private final List<KeyLock> keys = new ArrayList<>();
    private boolean wholeDatabase;
    private boolean holdsClock;

    Draft(Tokens tokens, Schema schema, boolean allocates) {
        this.tokens = tokens;
        this.allocates = allocates;
        this.splices = new Splices.Builder(tokens, schema.dialects());
    }

    /** It cannot be replicated. The first reason given stands. */
    Draft refuse(String reason) {
        return refuse(SqlState.NOT_REPLICABLE, reason);
    }

    Draft refuse(SqlState state, String reason) {
        kind = StatementKind.REFUSED;
        if (refusal == null) {
            refusal = reason;
            refusalState = state;
        }
        return this;
    }

    Draft note(String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
        return this;
    }

    /**
     * Columns and code that ask MariaDB for the time get one value, on every backend the same: for
     * where no other engine is present.
     */
    void holdClock(DecidedValue now) {
        if (!holdsClock) {
            holdsClock = true;
            int start = tokens.start(0);
            splices.decide(start, start, "SET STATEMENT timestamp=", " FOR ", now);
            note(
                    "the time that columns or triggers ask for is decided once and told to the database");
        }
    }

    /** It could touch anything: alone among all writers. */
    Draft lockDatabase(String reason) {
        wholeDatabase = true;
        return note("locks the whole database: " + reason);
    }

    boolean locksDatabase() {
        return wholeDatabase;
    }

    /**
     * Has the controller give one value of the counter to each execution.
     *
     * @return the index of its parameter, behind the client's
     */
    int allocate(Counter counter) {
        allocated.add(counter);
        lockTable(CounterIndex.lockName(counter), LockMode.INTENT_EXCLUSIVE);
        note("a value of " + counter + " is given out by the controller");
        return tokens.parameters() + allocated.size() - 1;
    }

    void lock(Resource resource, LockMode mode) {
        fixed.computeIfAbsent(resource, r -> new LinkedHashSet<>()).add(mode);
    }

    /**
     * It reads tables that its text does not name: nothing to wait for at READ COMMITTED, all
     * writers above.
     */
    void readsUnnamedTables() {
        lock(Resource.DATABASE, LockMode.ACCESS_SHARE);
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
        read.removeAll(written);
        if (kind != StatementKind.REFUSED && splices.overlap()) {
            refuse(Refusals.rewrittenTwice());
        }
        Splices forms = kind == StatementKind.REFUSED ? Splices.NONE : splices.build();
        return new AnalyzedClass(this, plan(schema), forms, numbering(schema), schema);
    }

    private Numbering numbering(Schema schema) {
        return switch (kind) {
            case WRITE, UNKNOWN_WRITE, DDL -> {
                boolean ddl = kind == StatementKind.DDL;
                if (ddl) {
                    written.forEach(name -> drawn.addAll(schema.counters().touching(name)));
                }
                boolean anything = wholeDatabase || kind == StatementKind.UNKNOWN_WRITE;
                boolean none =
                        allocated.isEmpty() && given.isEmpty() && drawn.isEmpty() && !anything;
                yield none
                        ? Numbering.NONE
                        : new Numbering(
                                allocated, given, drawn, anything, resets || ddl, numberKeys);
            }
            case READ, LOCKING_READ, LOCK_TABLE, TRANSACTION, SESSION, REFUSED -> Numbering.NONE;
        };
    }

    private AccessPlan plan(Schema schema) {
        return switch (kind) {
            case REFUSED, TRANSACTION, SESSION -> AccessPlan.NONE;
            case UNKNOWN_WRITE ->
                    wholeDatabase || fixed.isEmpty() ? AccessPlan.WHOLE_DATABASE : finePlan(schema);
            case READ, LOCKING_READ, WRITE, DDL, LOCK_TABLE ->
                    wholeDatabase ? AccessPlan.WHOLE_DATABASE : finePlan(schema);
        };
    }

    private AccessPlan finePlan(Schema schema) {
        Map<Resource, Set<LockMode>> modes = new LinkedHashMap<>();
        List<KeyLock> open = new ArrayList<>();
        fixed.forEach(
                (resource, held) -> held.forEach(mode -> add(modes, root(resource, schema), mode)));
        List<LockRequest> coarse = coarse(modes, schema);
        for (KeyLock key : keys) {
            KeyLock rooted = key.on(schema.root(key.table()));
            if (rooted.hasParameters()) {
                open.add(rooted);
            } else {
                LockRequest lock = rooted.resolve(List.of());
                if (lock != null) {
                    add(modes, lock.resource(), lock.mode());
                }
            }
        }
        return new AccessPlan(requests(modes), open, coarse);
    }

    /** Table locks for a second run: what is written, exclusively, and the rest as it is. */
    private List<LockRequest> coarse(Map<Resource, Set<LockMode>> modes, Schema schema) {
        Map<Resource, Set<LockMode>> coarse = new LinkedHashMap<>();
        modes.forEach((resource, held) -> held.forEach(mode -> add(coarse, resource, mode)));
        if (kind != StatementKind.DDL) {
            for (String table : written) {
                add(coarse, Resource.table(schema.root(table)), LockMode.EXCLUSIVE);
            }
        }
        for (KeyLock key : keys) {
            add(coarse, root(key.otherwise().resource(), schema), key.otherwise().mode());
        }
        return requests(coarse);
    }

    private static Resource root(Resource resource, Schema schema) {
        return resource.table() == null ? resource : Resource.table(schema.root(resource.table()));
    }

    /** One strong mode makes weaker ones on the same resource superfluous. */
    private static void add(Map<Resource, Set<LockMode>> modes, Resource resource, LockMode mode) {
        Set<LockMode> held = modes.computeIfAbsent(resource, r -> EnumSet.noneOf(LockMode.class));
        if (held.contains(LockMode.ACCESS_EXCLUSIVE)
                || (held.contains(LockMode.EXCLUSIVE) && mode != LockMode.ACCESS_EXCLUSIVE)) {
            return;
        }
        if (mode == LockMode.EXCLUSIVE || mode == LockMode.ACCESS_EXCLUSIVE) {
            held.clear();
        }
        held.add(mode);
    }

    private static List<LockRequest> requests(Map<Resource, Set<LockMode>> modes) {
        List<LockRequest> requests = new ArrayList<>();
        modes.forEach(
                (resource, held) ->
                        held.forEach(mode -> requests.add(new LockRequest(resource, mode))));
        return requests;
    }
}
