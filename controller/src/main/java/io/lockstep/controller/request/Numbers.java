package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.counters.Counter.CountedColumn;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.allocation.Allocation;
import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.sql.Numbering;
import io.lockstep.controller.sql.StatementClass;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Completes statements with the numbers that the controller gives out, before their locks are
 * taken, since those name the new rows by them. Session thread.
 */
final class Numbers {
    private static final List<List<Object>> NO_PARAMETERS = List.of(List.of());

    private final VirtualDatabase database;
    private final Allocator allocator;
    private final Locking locking;
    private final Transactions transactions;
    private final Dispatch again;
    private final Set<String> engines;
    private final List<Dialect> dialects;

    Numbers(VirtualDatabase database, Locking locking, Transactions transactions, Dispatch again) {
        this.database = database;
        this.allocator = database.allocator();
        this.locking = locking;
        this.transactions = transactions;
        this.again = again;
        this.dialects =
                database.backends().all().stream()
                        .map(handle -> handle.backend().dialect())
                        .distinct()
                        .toList();
        this.engines = dialects.stream().map(Dialect::name).collect(Collectors.toSet());
    }

    /**
     * The class to run a statement by. Where names may mean something else than the catalogue says,
     * because of the session's settings or of DDL that is not yet committed, nothing is put into
     * the text: the databases number. So they do for the rest of a transaction in which they have
     * begun to.
     */
    static StatementClass form(SessionContext session, StatementClass what) {
        ClientTransaction open = session.transaction();
        boolean uncertain =
                session.hasSettings()
                        || (open != null
                                && (open.changedCatalogue() || open.hasMoved(what.numbering())));
        return uncertain ? what.leftToDatabases() : what;
    }

    /** Hands the completed statement to {@code ready}, now or later. */
    void complete(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Consumer<Task> ready,
            Completion completion) {
        if (!what.numbering().counts()) {
            ready.accept(Task.plain(statement, what));
            return;
        }
        Task task;
        try {
            task = fill(statement, what).orElse(null);
        } catch (SQLException e) {
            failed(session, e, completion);
            return;
        }
        if (task != null) {
            ready.accept(task);
        } else {
            readFirst(session, statement, what, ready, completion);
        }
    }

    private void failed(SessionContext session, SQLException e, Completion completion) {
        ClientTransaction open = session.transaction();
        if (open == null) {
            completion.failed(e);
        } else {
            transactions.statementFailed(open, e, completion);
        }
    }

    /**
     * Under the statement's locks on tables and sequences: nobody moves the counters meanwhile, and
     * no DDL that is under way keeps the databases from answering.
     */
    private void readFirst(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Consumer<Task> ready,
            Completion completion) {
        if (session.autoCommits()) {
            LockOwner owner =
                    new LockOwner(
                            "first numbers for session " + Long.toHexString(session.sessionId()));
            locking.acquire(
                    session,
                    need(
                            owner,
                            false,
                            what,
                            () -> {
                                database.locks().release(owner);
                                again.dispatch(session, statement, completion);
                            }),
                    () -> {
                        try {
                            allocator.read(needed(what.numbering()));
                        } finally {
                            database.locks().release(owner);
                        }
                        filled(session, statement, what, ready, completion);
                    },
                    error -> {
                        database.locks().release(owner);
                        completion.failed(error);
                    });
            return;
        }
        ClientTransaction transaction =
                transactions.current(session, statement.transactionSequence());
        locking.acquire(
                session,
                need(transaction, true, what, () -> again.dispatch(session, statement, completion)),
                () -> {
                    transactions.admitted(transaction);
                    allocator.read(needed(what.numbering()));
                    filled(session, statement, what, ready, completion);
                },
                error -> transactions.statementFailed(transaction, error, completion));
    }

    private Locking.Need need(
            LockOwner owner, boolean admission, StatementClass what, Runnable stale) {
        return new Locking.Need(
                owner, what.lasting(), admission, database.lockTimeout().toNanos(), what, stale);
    }

    private void filled(
            SessionContext session,
            Statement statement,
            StatementClass what,
            Consumer<Task> ready,
            Completion completion)
            throws SQLException {
        Task task = fill(statement, what).orElse(null);
        if (task != null) {
            ready.accept(task);
        } else {
            again.dispatch(session, statement, completion); // moved unseen again meanwhile
        }
    }

    private static Collection<Counter> needed(Numbering numbering) {
        Set<Counter> needed = new LinkedHashSet<>(numbering.allocated());
        for (Numbering.Given given : numbering.given()) {
            if (given.fillsIn()) {
                needed.add(given.counter());
            }
        }
        return needed;
    }

    /** Empty if a counter has to be read first. */
    private Optional<Task> fill(Statement statement, StatementClass what) throws SQLException {
        Numbering numbering = what.numbering();
        List<? extends List<?>> asked = statement.parameterRows();
        Optional<Allocation> taken = allocator.take(numbering.allocated(), asked.size());
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        Allocation allocation = taken.get();
        List<List<Object>> rows = new ArrayList<>(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            List<Object> row = new ArrayList<>(asked.get(i));
            row.addAll(allocation.rows().get(i));
            rows.add(row);
        }
        boolean numbered = !numbering.allocated().isEmpty();
        for (Numbering.Given given : numbering.given()) {
            for (List<Object> row : rows) {
                if (given.fillsIn() && isOpen(row.get(given.number().parameter()))) {
                    Optional<Allocation> one = allocator.take(List.of(given.counter()), 1);
                    if (one.isEmpty()) {
                        return Optional.empty();
                    }
                    row.set(given.number().parameter(), one.get().rows().get(0).get(0));
                    allocation = allocation.with(one.get());
                    numbered = true;
                } else {
                    hear(given, row);
                }
            }
        }
        GeneratedNumbers keys = numbered ? keys(statement, numbering, rows) : null;
        Statement sent =
                statement.withNumbers(rows, keys == null ? statement.keys() : KeyColumns.NONE);
        return Optional.of(new Task(statement, sent, what, allocation, keys));
    }

    private GeneratedNumbers keys(
            Statement statement, Numbering numbering, List<? extends List<?>> rows) {
        return GeneratedNumbers.wanted(statement.keys(), numbering.keys(), engines)
                .filter(keys -> keys.areNumbers(rows))
                .orElse(null);
    }

    /** MariaDB numbers a row that gives NULL or 0. */
    private static boolean isOpen(Object value) {
        return value == null || (value instanceof Number number && number.doubleValue() == 0);
    }

    private void hear(Numbering.Given given, List<Object> row) {
        Numbering.Place number = given.number();
        Object value = number.parameter() < 0 ? number.constant() : row.get(number.parameter());
        if (value == null || value instanceof Boolean) {
            return;
        }
        try {
            allocator.heard(
                    given.counter(), new BigDecimal(value.toString().strip()).longValueExact());
        } catch (ArithmeticException | NumberFormatException notOne) {
            // No value of a counter: the databases will refuse it, or it is none that comes up.
            return;
        }
    }

    /**
     * Before a statement that leaves numbers to the databases, under its locks: has all of them
     * begin at the same value, behind those given out. First of all it is settled which of them
     * take part: one that comes into service now would count from where it stands.
     *
     * @param transaction the one it belongs to, or null
     * @param backends what it runs in
     * @return statements to be run in front of it, on engines that can do that in no other way
     */
    List<StatementCall> align(
            Numbering numbering, ClientTransaction transaction, BackendTransaction backends)
            throws SQLException {
        if (!numbering.moves()) {
            return List.of();
        }
        backends.joinToNumber();
        List<StatementCall> calls = new ArrayList<>();
        for (Counter counter : toAlign(numbering)) {
            if (transaction == null || !transaction.hasMoved(counter)) {
                OptionalLong next = allocator.align(counter);
                if (next.isPresent()) {
                    for (CountedColumn column : counter.columns()) {
                        catchUp(column, next.getAsLong()).ifPresent(calls::add);
                    }
                }
            }
        }
        return calls;
    }

    /** Where it is not known what will be moved, at least what has been given out. */
    private Collection<Counter> toAlign(Numbering numbering) {
        return numbering.anything()
                ? database.classifier().counters().stream()
                        .filter(counter -> allocator.used(counter).isPresent())
                        .toList()
                : numbering.drawn();
    }

    private Optional<StatementCall> catchUp(CountedColumn column, long next) {
        Map<String, StatementCall.Rendered> texts = new HashMap<>();
        boolean any = false;
        for (Dialect dialect : dialects) {
            Optional<String> own = dialect.counters().catchUp(column, next, dialects.size() == 1);
            any |= own.isPresent();
            // Whoever needs nothing gets a statement that does nothing.
            String text = own.orElse("DELETE FROM " + column.table().name() + " WHERE 1 = 0");
            texts.put(dialect.name(), new StatementCall.Rendered(text, NO_PARAMETERS));
        }
        return any
                ? Optional.of(
                        new StatementCall(
                                dialect -> texts.get(dialect.name()), false, KeyColumns.NONE, 0))
                : Optional.empty();
    }

    /**
     * To be called when a statement may have moved counters, or its transaction ends, before its
     * locks are freed.
     */
    static void moved(Allocator allocator, Numbering numbering) {
        if (numbering.anything() && numbering.resets()) {
            allocator.resetAll();
        } else if (numbering.anything()) {
            allocator.allMovedUnseen();
        } else if (numbering.resets()) {
            allocator.reset(numbering.drawn());
        } else {
            allocator.movedUnseen(numbering.drawn());
        }
    }
}
