package io.lockstep.controller.request;

import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.protocol.TransactionStatus;
import java.sql.Connection;
import java.util.concurrent.Executor;

/**
 * What the conductor remembers of a session between requests. Session thread only, but for {@link
 * #cancel} and the getters the operator's lists use.
 */
public final class SessionContext {
    /**
     * More settings than this in one session are refused: each is repeated on every connection it
     * uses.
     */
    static final int SETTINGS_MAX = 64;

    private final long sessionId;
    private final Executor loop;
    private final Thread thread = Thread.currentThread();
    private SessionSettings settings = SessionSettings.NONE;
    private int nextIsolation = Connection.TRANSACTION_NONE;
    private SessionOptions options = SessionOptions.INITIAL;
    private boolean begunByText;
    private int begunAs; // number of the BEGIN, 0 = none
    private BackendHandle lastRead;
    private long freshness;

    private volatile ActiveRequest active = new ActiveRequest();
    private volatile ClientTransaction transaction;
    private volatile String activity = "";
    private long commits;
    private boolean over;

    /**
     * A session that has done nothing yet; made on the session's own thread.
     *
     * @param loop runs continuations on the session's thread
     */
    public SessionContext(long sessionId, Executor loop) {
        this.sessionId = sessionId;
        this.loop = loop;
    }

    public long sessionId() {
        return sessionId;
    }

    boolean onOwnThread() {
        return Thread.currentThread() == thread;
    }

    Executor loop() {
        return loop;
    }

    public SessionOptions options() {
        return options;
    }

    public void options(SessionOptions changed) {
        options = changed;
    }

    /** BEGIN as text switches auto-commit off until the transaction ends. */
    public boolean autoCommits() {
        return options.autoCommit() && !begunByText;
    }

    /** Auto-commit is off until the next commit or rollback: for a batch that comes in parts. */
    public void beginOwnTransaction() {
        begunByText = true;
    }

    /** Runs a task on the session's thread after what it is doing now. */
    public void later(Runnable task) {
        loop.execute(task);
    }

    /** BEGIN as text: the transaction has its number. */
    void begunByText(int sequence) {
        if (!begunByText) {
            begunByText = true;
            begunAs = sequence;
        }
    }

    /** The number of a transaction whose first statement has this one. */
    int numberOfTransaction(int sequence) {
        return begunAs == 0 ? sequence : begunAs;
    }

    ClientTransaction transaction() {
        return transaction;
    }

    void transaction(ClientTransaction current) {
        transaction = current;
        if (current == null) {
            begunByText = false;
            begunAs = 0;
            nextIsolation = Connection.TRANSACTION_NONE;
            settings = settings.withoutLocal();
        }
    }

    /** The id of the open transaction, or an empty text. From any thread. */
    public String transactionId() {
        ClientTransaction open = transaction;
        return open == null ? "" : open.id().toString();
    }

    /** What it is doing, in a few words. From any thread. */
    public String activity() {
        return activity;
    }

    void activity(String what) {
        activity = what;
    }

    public TransactionStatus status() {
        ClientTransaction open = transaction;
        if (open == null) {
            return begunByText ? TransactionStatus.IN_TRANSACTION : TransactionStatus.IDLE;
        }
        return open.state() == ClientTransaction.State.ACTIVE
                ? TransactionStatus.IN_TRANSACTION
                : TransactionStatus.DOOMED;
    }

    /** What makes this session differ from a new one, as of now. */
    SessionSettings settings() {
        return settings;
    }

    void settings(SessionSettings changed) {
        settings = changed;
    }

    boolean hasSettings() {
        return !settings.isEmpty();
    }

    /**
     * The schema that the client's {@code Connection.setSchema} names, from the next transaction
     * on; null for the usual one.
     */
    public void schema(String schema) {
        settings = settings.withSchema(schema);
    }

    void committed() {
        commits++;
    }

    /** How often a transaction has been committed, or DDL that is one by itself. */
    public long commits() {
        return commits;
    }

    /** The level of the transaction that is open or comes next. */
    int isolation() {
        return nextIsolation == Connection.TRANSACTION_NONE ? options.isolation() : nextIsolation;
    }

    /** For the next transaction alone. */
    void nextIsolation(int level) {
        nextIsolation = level;
    }

    BackendHandle lastRead() {
        return lastRead;
    }

    long freshness() {
        return freshness;
    }

    void hasRead(BackendHandle handle, long upTo) {
        lastRead = handle;
        freshness = Math.max(freshness, upTo);
    }

    ActiveRequest active() {
        return active;
    }

    ActiveRequest begin() {
        active = new ActiveRequest();
        return active;
    }

    /** The session is about to read these rows; cancel ends that. */
    public void reading(RowSource rows) {
        begin().interruptedBy(rows::cancel);
    }

    /** Its client has gone: nothing is begun for it any more. */
    void end(String why) {
        over = true;
        cancel(why);
    }

    boolean isOver() {
        return over;
    }

    /** From any thread; may block for a round trip. */
    public void cancel(String why) {
        active.cancel(why);
    }
}
