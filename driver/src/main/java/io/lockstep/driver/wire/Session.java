package io.lockstep.driver.wire;

import io.lockstep.driver.errors.Failures;
import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.protocol.FrameOverflowException;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An open session with a controller: exchanges requests for answers, one at a time, until it is
 * closed or lost.
 *
 * <p>A lost connection stays lost. What is thrown then tells the truth about the transaction: 08006
 * if nothing was committed; if the connection broke while a commit, or an auto-commit statement,
 * was under way, the controllers are asked what became of it, and only if none can say it is 08007.
 */
public final class Session {
    private static final System.Logger LOG = System.getLogger("io.lockstep.driver");

    /*
     * Concurrency. `turn` is held for one exchange, network and all: a connection carries one request at a time, and a
     * second thread has to wait for it. It guards link (but for close), transaction and the turn's part of riders.
     * cancel, abort and close never wait for it. `ending` is set once, by whoever is first.
     */
    private final ReentrantLock turn = new ReentrantLock();
    private final ControllerLink link;
    private final ConnectionSettings settings;
    private final Response.Welcome welcome;
    private final Riders riders;
    private final TransactionState transaction = new TransactionState();
    private final CancelGate cancelGate = new CancelGate();
    private final AtomicReference<Ending> ending = new AtomicReference<>();
    private volatile Duration readTimeout;
    private volatile boolean settled;

    private record Ending(boolean closed, String reason, Throwable cause) {}

    private Session(Connector.Login login, ConnectionSettings settings) {
        this.link = login.link();
        this.welcome = login.welcome();
        this.settings = settings;
        this.readTimeout = settings.socketTimeout();
        this.riders =
                new Riders(
                        new Request.SetOptions(
                                true,
                                welcome.isolation(),
                                false,
                                welcome.schema(),
                                welcome.catalog()));
    }

    /** Connects to the first host that lets us in. */
    public static Session open(ConnectionSettings settings) throws SQLException {
        Deadline deadline = Deadline.in(settings.loginTimeout());
        return new Session(new Connector(settings).connect(deadline), settings);
    }

    /** What the controller said of itself and its backends. */
    public Response.Welcome welcome() {
        return welcome;
    }

    public ConnectionSettings settings() {
        return settings;
    }

    /** The options as they hold for the next request. */
    public Request.SetOptions options() {
        return riders.options();
    }

    /** Changes the options from the next request on; costs no round trip. */
    public void setOptions(Request.SetOptions options) throws SQLException {
        requireOpen();
        riders.setOptions(options);
    }

    /** Lets the controller forget a statement or cursor, together with the next request. */
    public void closeLater(Request closeRequest) {
        riders.addClose(closeRequest);
    }

    /** Whether a transaction is open that has to be ended by a commit or rollback. */
    public boolean inTransaction() {
        return transaction.isOpen();
    }

    /** False once closed or lost. */
    public boolean isOpen() {
        return ending.get() == null;
    }

    /**
     * Fails if the session was closed; one that is lost may still be asked what it has received.
     */
    public void requireNotClosed() throws SQLException {
        Ending end = ending.get();
        if (end != null && end.closed) {
            throw Failures.connectionClosed();
        }
    }

    /** Fails if the session is closed or lost. */
    public void requireOpen() throws SQLException {
        Ending end = ending.get();
        if (end == null) {
            return;
        }
        if (end.closed) {
            throw Failures.connectionClosed();
        }
        settled = false; // the caller wanted more, which is not done
        throw Failures.connectionLost(
                "The connection was lost before and this call was not sent: " + end.reason,
                end.cause);
    }

    /**
     * Whether the connection was lost in the caller's last request, but all that the caller wanted
     * is known to be committed: then there is nothing left to commit.
     */
    public boolean isSettled() {
        return settled;
    }

    /**
     * Sends a request with what waits to ride along, and waits for the whole answer.
     *
     * @throws SQLException if the connection is closed or breaks, or the request cannot be sent;
     *     what the controller refused is in the answer
     */
    public Answer exchange(Command command) throws SQLException {
        Lost lost;
        turn.lock();
        try {
            return exchangeInTurn(command);
        } catch (Lost e) {
            lost = e;
        } finally {
            turn.unlock();
        }
        // Asking for the outcome takes time and another connection; this one is not needed for it.
        Answer answer = afterLoss(command, lost);
        settled = true;
        return answer;
    }

    private Answer exchangeInTurn(Command command) throws SQLException, Lost {
        requireOpen();
        boolean autoCommit = riders.options().autoCommit();
        TransactionState.Place place = transaction.begin(command);
        long exchange = cancelGate.begin();
        Future<?> timer = null;
        try {
            write(command, place.number());
            link.send();
            riders.sent();
            if (command.queryTimeoutMillis() > 0) {
                timer =
                        QueryTimer.cancelAfter(
                                command.queryTimeoutMillis(), () -> cancelLate(exchange));
            }
            return receive(command);
        } catch (IOException e) {
            Ending end = lose(e);
            throw new Lost(end, place, autoCommit);
        } catch (RuntimeException | Error e) {
            // The controller may have half of the request, or its answer be half read.
            lose(new IOException("broken off by " + e, e));
            throw e;
        } finally {
            if (timer != null) {
                timer.cancel(false);
            }
            if (isOpen()) {
                cancelGate.end();
            } else {
                cancelGate.endForGood();
            }
        }
    }

    private void write(Command command, int number) throws SQLException, IOException {
        try {
            riders.writeTo(link.values());
            command.writeTo(link, number);
        } catch (FrameOverflowException | IllegalArgumentException e) {
            if (link.isPartlySent()) {
                // The controller waits for the rest, and would take the next request for it.
                throw new IOException(
                        "given up, since a part of the request was sent before another turned out not to be sendable: "
                                + e.getMessage(),
                        e);
            }
            link.discard();
            throw e instanceof FrameOverflowException
                    ? Failures.tooLarge(e)
                    : Failures.invalidArgument("A parameter cannot be sent: " + e.getMessage(), e);
        }
    }

    private Answer receive(Command command) throws IOException {
        Response.Reply reply = link.receiveReply();
        Answer answer;
        if (!reply.resultFollows() && !(reply instanceof Response.Failed)) {
            answer = Answer.of(reply);
        } else {
            List<Response.Reply> replies = new ArrayList<>();
            while (reply.resultFollows()) {
                replies.add(reply);
                reply = link.receiveReply();
            }
            answer = toAnswer(replies, reply);
        }
        riders.answered(answer.failure() == null);
        transaction.answered(reply, command);
        return answer;
    }

    private Answer toAnswer(List<Response.Reply> replies, Response.Reply last) throws IOException {
        if (last instanceof Response.Failed failed) {
            if (failed.fatal()) {
                String why = ControllerLink.text(failed.error());
                if (failed.error().sqlState().equals(SqlState.INTERNAL_ERROR.code())) {
                    // It broke down in the middle of this, and that may have been a commit.
                    throw new IOException(why);
                }
                end(new Ending(false, why, null));
                transaction.lost();
                link.close();
            }
            return new Answer(replies, failed);
        }
        replies.add(last);
        return new Answer(replies, null);
    }

    /** Marks the session as lost unless something else ended it, and says what did. */
    private Ending lose(IOException cause) {
        String reason = cause.getMessage();
        Ending lost =
                new Ending(
                        false, reason == null ? cause.getClass().getSimpleName() : reason, cause);
        end(lost);
        transaction.lost();
        closeLink();
        return ending.get();
    }

    private boolean end(Ending end) {
        return ending.compareAndSet(null, end);
    }

    /** The connection broke in the middle of an exchange. */
    private static final class Lost extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Ending end;
        private final transient TransactionState.Place place;
        private final boolean autoCommit;

        Lost(Ending end, TransactionState.Place place, boolean autoCommit) {
            super(end.reason, end.cause, false, false);
            this.end = end;
            this.place = place;
            this.autoCommit = autoCommit;
        }
    }

    private Answer afterLoss(Command command, Lost lost) throws SQLException {
        String what = "The connection to " + link.host() + " was lost (" + lost.end.reason + ")";
        return new AfterLoss(
                        settings,
                        welcome,
                        command,
                        lost.place,
                        lost.autoCommit,
                        what,
                        lost.getCause())
                .resolve(options().readOnly(), !lost.end.closed);
    }

    /** How to stop what this session is doing. */
    private Cancellation cancellation() {
        return new Cancellation(settings, link.host(), welcome.sessionId(), welcome.secret());
    }

    private void cancelLate(long exchange) {
        try {
            cancelGate.cancel(exchange, cancellation()::send);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "A statement is later than its query timeout and could not be cancelled: "
                            + cancellation(),
                    e);
        }
    }

    /**
     * Asks the controller, over another connection, to stop what this session is doing, if it is
     * doing something. Waits for no turn; returns when the controller has taken it.
     */
    public void cancel() throws SQLException {
        requireOpen();
        try {
            cancelGate.cancel(cancelGate.current(), cancellation()::send);
        } catch (IOException e) {
            throw Failures.wrongState(
                    "The statement could not be cancelled, "
                            + link.host()
                            + " did not take it: "
                            + e.getMessage());
        }
    }

    /**
     * Whether the controller answers within the time; a session that does not is given up.
     *
     * @param timeout zero for no limit but the read timeout's
     */
    public boolean ping(Duration timeout) throws SQLException {
        if (!isOpen() || !takeTurn(timeout)) {
            return false;
        }
        try {
            if (!timeout.isZero()) {
                link.setReadTimeout(timeout);
            }
            // Any answer will do: an error may be about an option that rode along, and the session
            // lives.
            exchangeInTurn(Command.of(new Request.Ping()));
            if (isOpen()) {
                link.setReadTimeout(readTimeout);
            }
            return isOpen();
        } catch (Lost e) {
            return false;
        } catch (IOException e) {
            lose(e);
            return false;
        } finally {
            turn.unlock();
        }
    }

    private boolean takeTurn(Duration timeout) {
        if (timeout.isZero()) {
            turn.lock();
            return true;
        }
        try {
            return turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * How long to wait for the bytes of an answer; zero for ever. Holds for exchanges under way,
     * too.
     */
    public Duration readTimeout() {
        return readTimeout;
    }

    public void setReadTimeout(Duration timeout) throws SQLException {
        requireOpen();
        try {
            link.setReadTimeout(timeout);
            readTimeout = timeout;
        } catch (IOException e) {
            lose(e);
            requireOpen();
        }
    }

    /**
     * Ends the session; an open transaction is rolled back. Does not wait for an exchange another
     * thread has under way, which then fails. Closing again does nothing.
     */
    public void close() {
        if (!end(new Ending(true, "it was closed", null))) {
            return;
        }
        if (turn.tryLock()) {
            try {
                link.discard();
                new Request.Terminate().writeTo(link.values());
                link.send();
            } catch (IOException e) {
                // The controller sees the closed socket as well; TERMINATE only spares it a guess
                // about the reason.
                closeLink();
            } finally {
                turn.unlock();
            }
        }
        closeLink();
    }

    /** Ends the session at once, whatever it does; the socket is closed by the executor. */
    public void abort(Executor executor) {
        if (end(new Ending(true, "it was aborted", null))) {
            executor.execute(this::closeLink);
        }
    }

    private void closeLink() {
        try {
            link.close();
        } catch (IOException e) {
            // A socket that cannot be closed is no use either; the session has ended already.
            LOG.log(System.Logger.Level.DEBUG, "closing the socket failed", e);
        }
    }
}
