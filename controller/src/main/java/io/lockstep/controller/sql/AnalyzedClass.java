package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.protocol.SqlState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A finished classification. */
final class AnalyzedClass implements StatementClass {
    private final String text;
    private final StatementKind kind;
    private final Set<String> tablesRead;
    private final Set<String> tablesWritten;
    private final Set<String> objectsChanged;
    private final int parameterCount;
    private final String refusal;
    private final SqlState refusalState;
    private final TransactionVerb transactionVerb;
    private final SessionSetting setting;
    private final boolean atMostOneRow;
    private final boolean returnsRows;
    private final boolean call;
    private final boolean declaredReader;
    private final boolean countComparable;
    private final boolean generatesKeys;
    private final boolean harmlessDdl;
    private final LockWait lockWait;
    private final RowClaim claim;
    private final List<String> notes;
    private final AccessPlan plan;
    private final List<String> numbered;
    private final Splices splices;
    private final Numbering numbering;
    private final boolean answeredByOne;
    private volatile StatementClass leftToDatabases;
    private final boolean parametersUnchanged;
    private final Schema schema;

    AnalyzedClass(
            Draft draft, AccessPlan plan, Splices splices, Numbering numbering, Schema schema) {
        this.text = draft.tokens.text();
        this.kind = draft.kind;
        this.tablesRead = roots(draft.read, schema);
        this.tablesWritten = roots(draft.written, schema);
        // A DROP of several may have been done for some: what is left of it is done again.
        boolean changes = draft.kind == StatementKind.DDL && !draft.tokens.is(0, "DROP");
        this.objectsChanged = changes ? tablesWritten : Set.of();
        this.parameterCount = draft.tokens.parameters();
        this.refusal = draft.refusal;
        this.refusalState = draft.refusalState;
        this.transactionVerb = draft.verb;
        this.setting = draft.setting;
        this.atMostOneRow = draft.atMostOneRow;
        this.returnsRows = draft.returnsRows;
        this.call = draft.call;
        this.declaredReader = draft.declaredReader;
        this.countComparable = draft.countComparable;
        this.generatesKeys = draft.generatesKeys;
        this.numbered = List.copyOf(draft.numbered);
        this.harmlessDdl = draft.kind == StatementKind.DDL && draft.harmlessDdl;
        this.lockWait = draft.lockWait;
        this.claim = draft.claim == null ? null : draft.claim.on(schema.root(draft.claim.table()));
        this.notes = List.copyOf(draft.notes);
        this.plan = plan;
        this.splices = splices;
        this.numbering = numbering;
        this.answeredByOne = draft.answeredByOne;
        this.parametersUnchanged = splices.parametersUnchanged();
        this.schema = schema;
    }

    private static Set<String> roots(Set<String> tables, Schema schema) {
        Set<String> roots = new LinkedHashSet<>();
        tables.forEach(table -> roots.add(schema.root(table)));
        return Collections.unmodifiableSet(roots);
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public StatementKind kind() {
        return kind;
    }

    @Override
    public Set<String> tablesRead() {
        return tablesRead;
    }

    @Override
    public Set<String> tablesWritten() {
        return tablesWritten;
    }

    @Override
    public Set<String> objectsChanged() {
        return objectsChanged;
    }

    @Override
    public boolean isCall() {
        return call;
    }

    @Override
    public boolean mayChangeSession() {
        return kind == StatementKind.UNKNOWN_WRITE || call || declaredReader;
    }

    @Override
    public int parameterCount() {
        return parameterCount;
    }

    @Override
    public String refusal() {
        return refusal;
    }

    @Override
    public SqlState refusalState() {
        return refusalState;
    }

    @Override
    public TransactionVerb transactionVerb() {
        return transactionVerb;
    }

    @Override
    public SessionSetting setting() {
        return setting;
    }

    @Override
    public boolean atMostOneRow() {
        return atMostOneRow;
    }

    @Override
    public boolean returnsRows() {
        return returnsRows;
    }

    @Override
    public boolean countComparable() {
        return countComparable;
    }

    @Override
    public boolean generatesKeys() {
        return generatesKeys;
    }

    @Override
    public List<String> numberedColumns(Dialect dialect) {
        return schema.mixed()
                ? numbered.stream().map(name -> spelled(name, dialect)).toList()
                : numbered;
    }

    @Override
    public Numbering numbering() {
        return numbering;
    }

    @Override
    public boolean answeredByOne() {
        return answeredByOne;
    }

    @Override
    public StatementClass leftToDatabases() {
        if (!numbering.counts()) {
            return this;
        }
        StatementClass known = leftToDatabases;
        if (known == null) {
            known = Classification.of(text, schema, false); // twice at once does no harm
            leftToDatabases = known;
        }
        return known;
    }

    @Override
    public List<LockRequest> lasting() {
        return plan.fixed().stream().filter(lock -> lock.resource().key() == null).toList();
    }

    /** The name comes from the catalogue of one of the engines, perhaps of another. */
    private static String spelled(String name, Dialect dialect) {
        return switch (dialect.name()) {
            case "postgresql" ->
                    name.equals(name.toUpperCase(Locale.ROOT))
                            ? name.toLowerCase(Locale.ROOT)
                            : name;
            case "derby" ->
                    name.equals(name.toLowerCase(Locale.ROOT))
                            ? name.toUpperCase(Locale.ROOT)
                            : name;
            default -> name; // H2 and MariaDB do not mind
        };
    }

    @Override
    public boolean acrossEngines() {
        return schema.mixed();
    }

    @Override
    public boolean harmlessDdl() {
        return harmlessDdl;
    }

    @Override
    public LockWait lockWait() {
        return lockWait;
    }

    @Override
    public Optional<RowClaim> claim() {
        return Optional.ofNullable(claim);
    }

    @Override
    public boolean isCurrent() {
        return !schema.superseded();
    }

    @Override
    public List<LockRequest> locks(List<? extends List<?>> parameterRows) {
        return plan.resolve(parameterRows);
    }

    @Override
    public List<LockRequest> tableLocks() {
        return plan.tableLocks();
    }

    @Override
    public Forwarded forward(Dialect dialect, List<?> parameters, DecidedValues values) {
        return splices.apply(text, dialect, parameters, values);
    }

    @Override
    public boolean parametersUnchanged() {
        return parametersUnchanged;
    }

    @Override
    public List<String> describeLocks() {
        List<String> locks = new ArrayList<>();
        for (LockRequest lock : plan.fixed()) {
            locks.add(lock.mode() + " " + lock.resource());
        }
        for (KeyLock key : plan.keys()) {
            locks.add(key.describe());
        }
        return locks;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<String> explain() {
        List<String> lines = new ArrayList<>();
        lines.add("class: " + kind);
        if (refusal != null) {
            lines.add("refused: " + refusal);
            return lines;
        }
        if (transactionVerb != null) {
            lines.add("transaction: " + transactionVerb.verb());
        }
        addIfAny(lines, "writes: ", tablesWritten);
        addIfAny(lines, "reads: ", tablesRead);
        describeLocks().forEach(lock -> lines.add("lock: " + lock));
        notes.forEach(note -> lines.add("because: " + note));
        for (Dialect dialect : schema.dialects()) {
            String changed = splices.changedText(dialect);
            lines.add(
                    "text for "
                            + dialect.name()
                            + ": "
                            + (changed == null ? "as written" : changed));
        }
        return lines;
    }

    private static void addIfAny(List<String> lines, String title, Set<String> names) {
        if (!names.isEmpty()) {
            lines.add(title + String.join(", ", names));
        }
    }

    @Override
    public String toString() {
        return kind + " " + text;
    }
}
