package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.protocol.SqlState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that is known about one SQL text before its parameters: computed once, cached, immutable,
 * thread-safe.
 */
public interface StatementClass {
    /** As the client wrote it. */
    String text();

    StatementKind kind();

    /** Lock names of the tables read; empty if unknown. */
    Set<String> tablesRead();

    /** Lock names of the tables written or locked; empty if unknown. */
    Set<String> tablesWritten();

    /** A call of a procedure or function, {@code CALL p(?)} or as JDBC escape. */
    boolean isCall();

    /**
     * Its body is not known, so it may have changed the settings of the connections it ran on for
     * whoever uses them next.
     */
    boolean mayChangeSession();

    /** Number of {@code ?} parameters. */
    int parameterCount();

    /** Why the statement is refused, or null. */
    String refusal();

    /**
     * The SQLState to refuse it with, or null: 0ALS1 unless the text is too long or not one
     * statement.
     */
    SqlState refusalState();

    /** For {@link StatementKind#TRANSACTION}; null otherwise. */
    TransactionVerb transactionVerb();

    /** For {@link StatementKind#SESSION}; null otherwise. */
    SessionSetting setting();

    /**
     * A SELECT that yields at most one row whatever the data (key pinned, aggregate): needs no
     * cursor.
     */
    boolean atMostOneRow();

    /**
     * Rows come back (SELECT, VALUES, RETURNING ...) as far as the text tells; false when unknown.
     */
    boolean returnsRows();

    /**
     * The number of affected rows means the same on every engine and must agree (INSERT, UPDATE,
     * DELETE, MERGE).
     */
    boolean countComparable();

    /**
     * Generated keys must be compared between backends (identity column that the backends fill).
     */
    boolean generatesKeys();

    /**
     * The columns that the databases number in the rows of an INSERT .. VALUES, as this engine
     * spells them: what they put there must be the same everywhere.
     */
    List<String> numberedColumns(Dialect dialect);

    /** What it has to do with identity columns and sequences. */
    Numbering numbering();

    /**
     * A write that only one database has to hear of: a query whose sequences the controller draws
     * from.
     */
    boolean answeredByOne();

    /**
     * The same statement with all numbers left to the databases, under table locks: for sessions
     * whose settings may give its names another meaning, and behind DDL that is not yet committed.
     */
    StatementClass leftToDatabases();

    /**
     * The locks on tables among {@link #locks}, as far as they are the same for every execution.
     */
    List<LockRequest> lasting();

    /** The databases behind it are of more than one engine. */
    boolean acrossEngines();

    /**
     * DDL of the kind that may succeed on one backend and fail on another for "exists" / "does not
     * exist".
     */
    boolean harmlessDdl();

    /**
     * For DDL: names of objects, in lower case and without schema, at least one of which looks
     * otherwise when it has been done. Empty if none are known, or if doing it twice does no harm.
     */
    Set<String> objectsChanged();

    /** NOWAIT or SKIP LOCKED on a locking read. */
    LockWait lockWait();

    /**
     * For a SELECT .. SKIP LOCKED that can be given single rows: {@link #locks} are then those of
     * the table only, and each row's is taken when it has been found. Whoever cannot do that takes
     * {@link #tableLocks}.
     */
    Optional<RowClaim> claim();

    /**
     * The locks for one execution.
     *
     * @param parameterRows one list of parameter values for a single execution, several for a batch
     */
    List<LockRequest> locks(List<? extends List<?>> parameterRows);

    /**
     * The locks for running it again alone, when finer locks did not see a conflict: X on every
     * table written.
     */
    List<LockRequest> tableLocks();

    /**
     * The text and parameters a backend gets. Values such as the current time are taken from {@code
     * values}, which the caller makes once per execution and passes for every backend.
     */
    Forwarded forward(Dialect dialect, List<?> parameters, DecidedValues values);

    /** True if {@link #forward} never changes parameters, so a batch can be sent as one. */
    boolean parametersUnchanged();

    /**
     * False once a newer catalogue is known. Whoever waited for the locks asks again afterwards
     * and, if so, classifies the text anew: what was waited for may have been DDL on the same
     * table.
     */
    default boolean isCurrent() {
        return true;
    }

    /** Its locks in words; a key value that comes as a parameter is written {@code ?n}. */
    List<String> describeLocks();

    /** Why it is classed so, where that is not plain from the text. */
    List<String> notes();

    /** All of it, one line per aspect. */
    List<String> explain();

    record Forwarded(String text, List<?> parameters) {}

    enum LockWait {
        WAIT,
        NOWAIT,
        SKIP_LOCKED
    }

    /**
     * Transaction control written as text.
     *
     * @param name of the savepoint, or null
     * @param isolation a {@code java.sql.Connection} constant, or -1
     */
    record TransactionVerb(Verb verb, String name, int isolation) {
        public enum Verb {
            BEGIN,
            COMMIT,
            ROLLBACK,
            SAVEPOINT,
            ROLLBACK_TO_SAVEPOINT,
            RELEASE_SAVEPOINT,
            /** For all transactions from now on. */
            SET_ISOLATION,
            /** For the open transaction if it has done nothing yet, else for the next one. */
            SET_TRANSACTION_ISOLATION
        }
    }
}
