package io.lockstep.protocol;

/**
 * The SQLStates Lockstep itself raises. Those of the backends are passed through and are not listed
 * here.
 */
public enum SqlState {
    /** No controller in the URL could be reached. */
    NO_CONTROLLER("08001"),
    /** Wrong user, password or virtual database, or the login took too long. */
    LOGIN_REFUSED("08004"),
    /** The connection is gone; nothing of the open transaction was committed. */
    CONNECTION_LOST("08006"),
    /** The connection is gone and nobody can say whether the transaction committed. */
    OUTCOME_UNKNOWN("08007"),
    /** The other end sent something the protocol does not allow; the connection is closed. */
    PROTOCOL_VIOLATION("08P01"),
    /** The connection object is closed. */
    CONNECTION_CLOSED("08003"),
    /** What was asked for does not exist here. */
    FEATURE_NOT_SUPPORTED("0A000"),
    /**
     * An optional part of JDBC that the driver does not have. Not 0A000, for which pools throw away
     * a healthy connection.
     */
    OPTIONAL_FEATURE("HYC00"),
    /** The statement cannot be replicated; the message says why and what to write instead. */
    NOT_REPLICABLE("0ALS1"),
    /**
     * Backends answered a statement differently although it ran alone; it was rolled back on all of
     * them.
     */
    BACKENDS_DISAGREE("0ALS2"),
    /** A value cannot become what it should: a number out of range. */
    NUMERIC_VALUE_OUT_OF_RANGE("22003"),
    /** A value cannot become what it should: not a date, not a number ... */
    INVALID_CAST("22018"),
    /** A parameter of a call is not acceptable. */
    INVALID_PARAMETER("22023"),
    /** The result is closed, or before its first or after its last row. */
    /** A sequence or identity column has given its last value. */
    SEQUENCE_EXHAUSTED("2200H"),
    INVALID_CURSOR("24000"),
    /** Not allowed while a transaction is open. */
    ACTIVE_TRANSACTION("25001"),
    /** Not allowed in a read-only transaction. */
    READ_ONLY_TRANSACTION("25006"),
    /** No transaction is open. */
    NO_ACTIVE_TRANSACTION("25P01"),
    /** The transaction is doomed by an earlier failure: roll back. */
    TRANSACTION_DOOMED("25P02"),
    /** No such prepared statement in this session. */
    INVALID_STATEMENT_NAME("26000"),
    /** No such savepoint. */
    INVALID_SAVEPOINT("3B001"),
    /** Rolled back because of others; may be tried again. */
    ROLLED_BACK("40001"),
    /** The statement cannot be understood as one SQL statement. */
    SYNTAX_ERROR("42601"),
    /** A prepared statement of that number exists already. */
    DUPLICATE_STATEMENT("42P05"),
    /** No room: the log is full and writes are paused. */
    LOG_FULL("53100"),
    /** No room: the controller serves as many sessions as it may. */
    TOO_MANY_CONNECTIONS("53300"),
    /** Too long, too deep or too many; the limit is in the message. */
    PROGRAM_LIMIT_EXCEEDED("54000"),
    /** Not possible in this state of the object. */
    WRONG_STATE("55000"),
    /** A lock was not granted in time. */
    LOCK_NOT_AVAILABLE("55P03"),
    /** Cancelled, or later than its query timeout. */
    QUERY_CANCELED("57014"),
    /**
     * The session was ended by an administrator or by the controller's shutdown, its transaction
     * rolled back: PostgreSQL's state for that, on which connection pools throw the connection
     * away.
     */
    ADMIN_SHUTDOWN("57P01"),
    /** No backend is enabled. */
    NO_BACKEND("57P03"),
    /** The controller could not read back what it had stored on its disk. */
    IO_ERROR("58030"),
    /** A bug in Lockstep, with its trace in the controller's log. */
    INTERNAL_ERROR("XX000"),
    /** Anything else wrong with a call to the driver. */
    GENERAL_ERROR("HY000"),
    /** A call in the wrong order: a closed statement, a result used after the next execution. */
    FUNCTION_SEQUENCE_ERROR("HY010"),
    /** A statement that gives no rows was asked for rows. */
    NO_ROWS("02000"),
    /** A statement that gives rows was asked for an update count. */
    TOO_MANY_RESULTS("0100E"),
    /** A parameter or column index that does not exist. */
    INVALID_INDEX("07009"),
    /** Number of parameters given and of those in the statement differ. */
    WRONG_PARAMETER_COUNT("07001");

    private final String code;

    SqlState(String code) {
        this.code = code;
    }

    /** The five characters. */
    public String code() {
        return code;
    }
}
