package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.counters.Counter;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.Resource;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import net.sf.jsqlparser.statement.Statement;

/**
 * INSERT, UPDATE, DELETE, MERGE, REPLACE and queries that hold one of them. Decides which tables
 * are written and read and chooses between locks on keys ({@link InsertLocks}, {@link RowLocks})
 * and on whole tables.
 */
final class Writes {
    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final Effects effects;
    private InsertLocks insertLocks; // of the only target, once it is needed

    Writes(Draft draft, Schema schema) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.effects = Effects.scan(tokens, 0, schema);
    }

    void classify() {
        draft.kind = StatementKind.WRITE;
        draft.countComparable = !mainVerb().equals("SELECT") && !mainVerb().isEmpty();
        draft.returnsRows = !draft.countComparable || SelectShape.find(tokens, 0, "RETURNING") >= 0;
        draft.lock(Resource.DATABASE, LockMode.INTENT_EXCLUSIVE);
        if (!effects.unknownFunctions().isEmpty() && !tokens.hasReadHint()) {
            draft.kind = StatementKind.UNKNOWN_WRITE;
            draft.lockDatabase(
                    "it is not known whether these functions change anything: "
                            + String.join(", ", effects.unknownFunctions()));
        }
        if (tokens.find(0, "CURRENT") >= 0 && positioned()) {
            draft.refuse(Refusals.positioned());
        }
        List<SqlName> targets = Mentions.targets(tokens);
        boolean simple =
                !effects.modifies()
                        && targets.size() == 1
                        && targets.get(0) != null // as in damaged text: tables() locks everything
                        && !severalTables();
        boolean drawn =
                simple && !effects.sequences().draws().isEmpty() && drawForRows(targets.get(0));
        boolean pinned = tables(targets, simple);
        if (effects.sequences().any() && !drawn && !drawForOneRow(pinned)) {
            new Draws(draft, schema, effects).leaveToDatabases();
            draft.written.forEach(table -> draft.lockTable(table, LockMode.EXCLUSIVE));
        }
        refuseUnordered(pinned);
        boolean oneRow = (pinned && draft.pinnedRows == 1) || insertsValues();
        Rewrites.apply(draft, schema, effects, oneRow);
        new DefaultWords(draft, schema, oneRow)
                .decide(
                        insertLocks == null ? 0 : insertLocks.behindRows(),
                        targets.stream()
                                .filter(Objects::nonNull)
                                .map(schema::find)
                                .flatMap(Optional::stream)
                                .toList());
    }

    /** What is written would hang on the order in which each database finds its rows. */
    private void refuseUnordered(boolean pinned) {
        if (TotalOrder.missing(tokens, schema, pinned)) {
            draft.refuse(Refusals.limitWithoutOrder(schema));
        }
        String problem = RowOrder.problem(tokens, schema);
        if (problem != null) {
            draft.refuse(problem);
        } else if (JoinedUpdate.ambiguous(tokens, schema, severalTables())) {
            draft.refuse(Refusals.severalMatches());
        } else if (schema.mixed()
                && schema.has("mariadb")
                && tokens.is(0, "UPDATE")
                && Assignments.readsAssigned(tokens)) {
            draft.refuse(Refusals.assignedBefore());
        }
    }

    private boolean positioned() {
        int where = tokens.find(0, "WHERE");
        return where >= 0 && tokens.are(where, "WHERE", "CURRENT", "OF");
    }

    /** Verb of the statement itself, behind its common table expressions. */
    private String mainVerb() {
        int depth = 0;
        for (int i = 0; i < tokens.count(); i++) {
            depth += SelectShape.nesting(tokens, i);
            if (depth == 0) {
                switch (tokens.word(i)) {
                    case "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "UPSERT", "SELECT" -> {
                        return tokens.word(i);
                    }
                    default -> {}
                }
            }
        }
        return "";
    }

    private boolean insertsValues() {
        return !effects.subquery()
                && (tokens.is(0, "INSERT") || tokens.is(0, "REPLACE"))
                && tokens.find(0, "VALUES") >= 0;
    }

    /** MariaDB's UPDATE a, b SET .. and DELETE a, b FROM .. write more than the first table. */
    private boolean severalTables() {
        if (!tokens.is(0, "UPDATE") && !tokens.is(0, "DELETE")) {
            return false;
        }
        int end = tokens.is(0, "UPDATE") ? SelectShape.find(tokens, 0, "SET") : whereOrEnd();
        for (int i = 1; i < end; i++) {
            if (tokens.symbol(i, ',') || tokens.is(i, "JOIN")) {
                return true;
            }
        }
        return tokens.is(0, "DELETE")
                && !tokens.is(1, "FROM")
                && tokens.find(1, "FROM") > 0
                && tokens.find(1, "FROM") < whereOrEnd();
    }

    private int whereOrEnd() {
        int where = SelectShape.find(tokens, 0, "WHERE");
        return where < 0 ? tokens.count() : where;
    }

    /**
     * Locks for everything written and read.
     *
     * @return true if the statement touches the rows named by its keys and no others
     */
    private boolean tables(List<SqlName> targets, boolean simple) {
        if (targets.isEmpty() || targets.stream().anyMatch(Objects::isNull)) {
            draft.lockDatabase("the written table could not be found in the text");
            return false;
        }
        for (SqlName target : targets) {
            draft.written.add(target.name());
            hiddenEffects(target);
            changedByClock(target);
            assignedNumbers(target);
        }
        Set<String> mentioned = new LinkedHashSet<>(mentioned(targets, simple));
        mentioned.addAll(effects.readByFunctions());
        if (!simple && severalTables()) {
            draft.written.addAll(mentioned);
            mentioned.forEach(table -> hiddenEffects(new SqlName(null, table, 0)));
        }
        Set<String> read = new LinkedHashSet<>(mentioned);
        read.removeAll(draft.written);
        draft.read.addAll(read);
        lockRead(draft, schema, read);
        boolean fine = simple && !readsTarget(targets.get(0)) && fineLocks(targets.get(0));
        if (!fine) {
            draft.written.forEach(table -> draft.lockTable(table, LockMode.EXCLUSIVE));
            targets.forEach(this::relatives);
            targets.forEach(target -> filledColumns(target, simple));
        }
        return fine && !tokens.is(0, "INSERT");
    }

    private Set<String> mentioned(List<SqlName> targets, boolean simple) {
        boolean alone =
                simple
                        && !effects.subquery()
                        && !tokens.is(0, "MERGE")
                        && tokens.find(1, "TABLE") < 0
                        && (tokens.is(0, "INSERT") || !joins());
        if (alone) {
            return Set.of(targets.get(0).name());
        }
        Optional<Statement> parsed = Parser.parse(tokens);
        return Mentions.all(tokens, parsed, schema);
    }

    private boolean joins() {
        return SelectShape.find(tokens, 2, "FROM") >= 0
                || SelectShape.find(tokens, 2, "USING") >= 0;
    }

    /** Triggers and views reach tables that the text does not name. */
    private boolean hasHiddenEffects(SqlName target) {
        return schema.isView(target.name())
                || schema.find(target).map(Table::triggers).orElse(false);
    }

    private void hiddenEffects(SqlName target) {
        Optional<Table> table = schema.find(target);
        if (schema.isView(target.name())) {
            draft.lockDatabase(target + " is a view: what it writes is not known");
            if (table.isEmpty() || !table.get().triggers()) {
                throughView(target, table.orElse(null));
            }
        } else if (table.isPresent() && table.get().triggers()) {
            draft.lockDatabase(target + " has triggers: what they touch is not known");
        }
        table.ifPresent(this::triggered);
    }

    /** Triggers that ask the clock or chance would do so on each database. */
    private void triggered(Table table) {
        HiddenCode.Reach reach = schema.triggered(table, events());
        if (cascades(table)) {
            reach = reach.and(schema.hiddenCode().cascaded(table));
        }
        if (schema.acceptsVolatileTriggers()) {
            return;
        }
        if (!reach.differs().isEmpty()) {
            draft.refuse(Refusals.volatileTrigger(table.name().lockName(), reach.differs()));
        } else if (!reach.clocks().isEmpty() && !Rewrites.holdClock(draft, schema)) {
            draft.refuse(Refusals.volatileTrigger(table.name().lockName(), reach.clocks()));
        }
    }

    /** Rows of other tables may follow by foreign keys. */
    private boolean cascades(Table table) {
        if (tokens.is(0, "UPDATE") && !severalTables() && !effects.modifies()) {
            Map<String, TextValue> assigned = Assignments.of(tokens);
            return assigned == null || assignsUnique(table, assigned.keySet(), schema);
        }
        return !Collections.disjoint(events(), Set.of("UPDATE", "DELETE"));
    }

    /** What the tables under the view would fill in or fire. */
    private void throughView(SqlName target, Table view) {
        InsertShape shape =
                tokens.is(0, "INSERT") ? InsertShape.of(tokens, target, view, schema) : null;
        HiddenCode.Reach reach =
                schema.hiddenCode()
                        .ofViewWritten(
                                target.name(),
                                events(),
                                column -> shape != null && shape.index(column) >= 0);
        if (!reach.differs().isEmpty()) {
            draft.refuse(Refusals.hiddenDifference(reach.differs()));
        } else if (!reach.clocks().isEmpty() && !Rewrites.holdClock(draft, schema)) {
            draft.refuse(Refusals.hiddenDifference(reach.clocks()));
        }
    }

    private Set<String> events() {
        Set<String> events = new HashSet<>();
        for (int i = 0; i < tokens.count(); i++) {
            switch (tokens.word(i)) {
                case "INSERT", "UPDATE", "DELETE" -> events.add(tokens.word(i));
                case "REPLACE", "MERGE", "UPSERT" ->
                        events.addAll(Set.of("INSERT", "UPDATE", "DELETE"));
                default -> {}
            }
        }
        return events;
    }

    /** MariaDB's ON UPDATE CURRENT_TIMESTAMP, which the catalogue shows as part of the default. */
    private void changedByClock(SqlName target) {
        int upsert = tokens.find(0, "DUPLICATE");
        if (!tokens.is(0, "UPDATE") && upsert < 0) {
            return;
        }
        int from = upsert >= 0 ? upsert : SelectShape.find(tokens, 1, "SET");
        int to = upsert >= 0 ? tokens.count() : whereOrEnd();
        for (Column column : schema.find(target).map(Table::columns).orElse(List.of())) {
            String standard = column.defaultExpression();
            boolean changes = standard != null && standard.contains(Catalogue.ON_UPDATE);
            if (changes && !assigned(column, from, to) && !Rewrites.holdClock(draft, schema)) {
                draft.refuse(Refusals.changedByClock(column.name()));
            }
        }
    }

    private boolean assigned(Column column, int from, int to) {
        for (int i = Math.max(from, 0); i < to; i++) {
            if (tokens.isName(i)
                    && tokens.symbol(i + 1, '=')
                    && tokens.name(i).equalsIgnoreCase(column.name())) {
                return true;
            }
        }
        return false;
    }

    static void lockRead(Draft draft, Schema schema, Set<String> read) {
        for (String table : read) {
            if (schema.isView(table)) {
                draft.lockDatabase(table + " is a view: what it reads is not known");
            } else {
                draft.lockTable(table, LockMode.SHARE);
            }
        }
    }

    /** The target stands once more in a subquery: its other rows decide what is written. */
    private boolean readsTarget(SqlName target) {
        if (effects.readByFunctions().contains(target.name())) {
            return true;
        }
        if (!effects.subquery()) {
            return false;
        }
        int mentions = 0;
        for (int i = 0; i < tokens.count(); i++) {
            if (tokens.isName(i)
                    && !tokens.symbol(i + 1, '.')
                    && tokens.name(i).equals(target.name())) {
                mentions++;
            }
        }
        return mentions > 1;
    }

    private boolean fineLocks(SqlName target) {
        Optional<Table> table = schema.find(target);
        if (table.isEmpty()) {
            return false;
        }
        return switch (tokens.word(0)) {
            case "INSERT" -> insertLocks(target, table.get()).apply();
            case "UPDATE", "DELETE" -> new RowLocks(draft, schema, table.get()).apply();
            default -> false;
        };
    }

    private InsertLocks insertLocks(SqlName target, Table table) {
        if (insertLocks == null) {
            insertLocks = new InsertLocks(draft, schema, table, target, effects);
        }
        return insertLocks;
    }

    /** Foreign keys of a write whose rows are not known. */
    private void relatives(SqlName target) {
        Optional<Table> table = schema.find(target);
        if (table.isEmpty()) {
            return;
        }
        ForeignKeys keys = new ForeignKeys(draft, schema);
        Map<String, TextValue> assigned =
                tokens.is(0, "UPDATE") && !severalTables() ? Assignments.of(tokens) : null;
        boolean upsert = tokens.find(0, "DUPLICATE") >= 0 || tokens.find(0, "CONFLICT") >= 0;
        if (!tokens.is(0, "DELETE")) {
            keys.lockParentTables(table.get(), assigned == null ? null : assigned.keySet());
        }
        boolean keyStays =
                assigned == null
                        ? tokens.is(0, "INSERT") && !upsert
                        : !assignsUnique(table.get(), assigned.keySet(), schema);
        if (!keyStays) {
            keys.lockChildren(table.get());
        }
    }

    /** Some assigned column (lower case) belongs to a unique index or is referred to. */
    static boolean assignsUnique(Table table, Set<String> assigned, Schema schema) {
        for (Schema.Reference reference : schema.referencesTo(table.name().lockName())) {
            for (String column : reference.key().parentColumns()) {
                if (assigned.contains(column.toLowerCase(Locale.ROOT))) {
                    return true; // InnoDB lets foreign keys refer to columns that are not unique
                }
            }
        }
        for (Catalogue.UniqueIndex index : table.uniqueIndexes()) {
            for (String column : index.columns()) {
                if (assigned.contains(column.toLowerCase(Locale.ROOT))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Columns that the databases fill in although the locks are coarse. */
    private void filledColumns(SqlName target, boolean simple) {
        Optional<Table> table = schema.find(target);
        if (table.isEmpty()) {
            return;
        }
        if (simple && (tokens.is(0, "INSERT") || tokens.is(0, "REPLACE"))) {
            insertLocks(target, table.get()).completeUnderTableLock();
        } else if (tokens.find(0, "INSERT") >= 0 || tokens.is(0, "MERGE")) {
            InsertLocks.refuseVolatileDefaults(draft, schema, table.get());
        }
    }

    /** NEXT VALUE FOR in the rows of an INSERT: each stands for one value. */
    private boolean drawForRows(SqlName target) {
        Optional<Table> table = schema.find(target);
        if (!insertsValues() || table.isEmpty() || hasHiddenEffects(target)) {
            return false;
        }
        InsertShape shape = insertLocks(target, table.get()).shape();
        boolean inRows =
                shape.hasRows()
                        && effects.sequences().draws().stream()
                                .allMatch(
                                        draw ->
                                                draw.from() > shape.valuesAt()
                                                        && shape.row(draw.from())
                                                                < shape.rows().size());
        return inRows && new Draws(draft, schema, effects).replace(shape::row);
    }

    private boolean drawForOneRow(boolean pinned) {
        return pinned
                && draft.pinnedRows == 1
                && !effects.subquery()
                && new Draws(draft, schema, effects).replace(token -> 0);
    }

    /** The position of numbered columns must be found anew: values are put there unseen. */
    private void assignedNumbers(SqlName target) {
        Optional<Table> table = schema.find(target);
        if (table.isEmpty() || tokens.is(0, "DELETE") || tokens.is(0, "INSERT")) {
            return;
        }
        Map<String, TextValue> assigned =
                tokens.is(0, "UPDATE") && !severalTables() ? Assignments.of(tokens) : null;
        for (Column column : table.get().columns()) {
            Counter counter = schema.counters().of(table.get(), column);
            boolean reached =
                    assigned == null
                            || assigned.containsKey(column.name().toLowerCase(Locale.ROOT));
            if (counter != null && reached && !tokens.is(0, "REPLACE")) {
                draft.drawn.add(counter);
            }
        }
    }

    /** True for tables whose unique indexes all are over whole columns. */
    static boolean plainIndexes(Table table) {
        return table.uniqueIndexes().stream().allMatch(Catalogue.UniqueIndex::plain);
    }
}
