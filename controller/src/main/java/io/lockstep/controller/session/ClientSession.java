package io.lockstep.controller.session;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.SessionContext;
import io.lockstep.controller.request.SessionOptions;
import io.lockstep.controller.request.Statement;
import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One client's session: translates its requests for the conductor and the results for it. */
final class ClientSession implements SessionHandler {
    private static final int STATEMENTS_MAX = 10_000;

    private final SessionStart start;
    private final Conductor conductor;
    private final SessionContext context;
    private final SessionRegistry registry;
    private final Greeting greeting;
    private final Answers answers;
    private final Batches batches;
    private final Map<Integer, Prepared> prepared = new HashMap<>();
    private String schema; // as the client has named it last
    private SQLException deferred;

    ClientSession(
            SessionStart start, Conductor conductor, SessionRegistry registry, Greeting greeting) {
        this.start = start;
        this.conductor = conductor;
        this.context = new SessionContext(start.sessionId(), start.loop());
        this.registry = registry;
        this.greeting = greeting;
        this.schema = greeting.schema();
        this.answers = new Answers(conductor, context);
        this.batches = new Batches(conductor, context, answers);
    }

    @Override
    public Greeting greeting() {
        return greeting;
    }

    SessionRegistry.SessionFigures figures() {
        return new SessionRegistry.SessionFigures(
                start.sessionId(),
                start.virtualDatabase(),
                context.transactionId(),
                context.activity());
    }

    String virtualDatabase() {
        return start.virtualDatabase();
    }

    @Override
    public void handle(Request request, Replies replies) {
        if (!batches.isInOrder(request)) {
            answers.failAndClose(
                    replies,
                    new SQLException(
                            request.tag()
                                    + " in the middle of a batch, of which nothing is committed",
                            SqlState.PROTOCOL_VIOLATION.code()));
        } else if (deferred == null) {
            dispatch(request, replies);
        } else if (request.hasReply()) {
            SQLException error = deferred;
            deferred = null;
            answers.fail(replies, error);
        } else if (request.tag() == RequestTag.BATCH || request.tag() == RequestTag.BATCH_DIRECT) {
            replies.finish(); // its last part will get the error
        } else {
            dispatch(request, replies);
        }
    }

    @Override
    public void refuse(Request request, ErrorDetail why, Replies replies) {
        SQLException error = new SQLException(why.message(), why.sqlState(), why.vendorCode());
        boolean batch =
                request.tag() == RequestTag.BATCH || request.tag() == RequestTag.BATCH_DIRECT;
        if (deferred != null || !batches.isInOrder(request)) {
            handle(request, replies);
        } else if (batch) {
            batches.refuse(error, !request.hasReply(), replies);
        } else if (request.hasReply()) {
            answers.fail(replies, error);
        } else {
            deferred = error;
            replies.finish();
        }
    }

    private void dispatch(Request request, Replies replies) {
        switch (request.tag()) {
            case PREPARE -> prepare((Request.Prepare) request, replies);
            case EXECUTE -> execute((Request.Execute) request, replies);
            case EXECUTE_DIRECT -> executeDirect((Request.ExecuteDirect) request, replies);
            case BATCH -> batch((Request.Batch) request, replies);
            case BATCH_DIRECT -> batches.texts((Request.BatchDirect) request, replies);
            case DESCRIBE -> describe((Request.Describe) request, replies);
            case FETCH -> answers.fetch((Request.Fetch) request, replies);
            case CLOSE_CURSOR -> {
                answers.closeCursor(((Request.CloseCursor) request).cursorId());
                replies.finish();
            }
            case CLOSE_STATEMENT -> {
                prepared.remove(((Request.CloseStatement) request).statementId());
                replies.finish();
            }
            case COMMIT ->
                    conductor.commit(
                            context,
                            ((Request.Commit) request).transactionSequence(),
                            answers.doneOnly(replies));
            case ROLLBACK -> conductor.rollback(context, answers.doneOnly(replies));
            case SAVEPOINT -> {
                Request.Savepoint savepoint = (Request.Savepoint) request;
                conductor.setSavepoint(
                        context,
                        savepoint.transactionSequence(),
                        savepoint.name(),
                        answers.doneOnly(replies));
            }
            case RELEASE_SAVEPOINT ->
                    conductor.releaseSavepoint(
                            context,
                            ((Request.ReleaseSavepoint) request).name(),
                            answers.doneOnly(replies));
            case ROLLBACK_TO_SAVEPOINT ->
                    conductor.rollbackToSavepoint(
                            context,
                            ((Request.RollbackToSavepoint) request).name(),
                            answers.doneOnly(replies));
            case SET_OPTIONS -> setOptions((Request.SetOptions) request, replies);
            case METADATA -> metadata((Request.Metadata) request, replies);
            case METADATA_VALUES -> metadataValues(replies);
            case PING -> replies.finish(new Response.Pong(context.status()));
            case OUTCOME -> replies.finish(outcome(((Request.Outcome) request).transaction()));
            case HELLO, SCRAM_FINAL, CANCEL, TERMINATE, VALUE_CHUNK ->
                    throw new IllegalArgumentException(request.tag() + " is the frontend's");
        }
    }

    private void prepare(Request.Prepare request, Replies replies) {
        if (prepared.size() >= STATEMENTS_MAX) {
            deferred =
                    new SQLException(
                            "more than "
                                    + STATEMENTS_MAX
                                    + " prepared statements open in one session; close some",
                            SqlState.PROGRAM_LIMIT_EXCEEDED.code());
        } else if (prepared.putIfAbsent(
                        request.statementId(),
                        new Prepared(request.sql(), keys(request.generatedKeys())))
                != null) {
            deferred =
                    new SQLException(
                            "statement number " + request.statementId() + " is in use",
                            SqlState.DUPLICATE_STATEMENT.code());
        }
        replies.finish();
    }

    private static KeyColumns keys(GeneratedKeys wanted) {
        return switch (wanted.mode()) {
            case NONE -> KeyColumns.NONE;
            case ALL -> new KeyColumns.All();
            case COLUMNS -> new KeyColumns.Named(wanted.columns());
        };
    }

    private Prepared find(int statementId, Replies replies) {
        Prepared found = prepared.get(statementId);
        if (found == null) {
            answers.fail(
                    replies,
                    new SQLException(
                            "no statement was prepared under number " + statementId,
                            SqlState.INVALID_STATEMENT_NAME.code()));
        }
        return found;
    }

    private void execute(Request.Execute request, Replies replies) {
        Prepared statement = find(request.statementId(), replies);
        if (statement != null) {
            conductor.execute(
                    context,
                    statement(
                            statement.sql(),
                            statement.keys(),
                            request.options(),
                            request.parameters()),
                    answers.any(replies, statement));
        }
    }

    private void executeDirect(Request.ExecuteDirect request, Replies replies) {
        conductor.execute(
                context,
                statement(
                        request.sql(),
                        keys(request.generatedKeys()),
                        request.options(),
                        request.parameters()),
                answers.any(replies, null));
    }

    private static Statement statement(
            String sql, KeyColumns keys, ExecuteOptions options, List<Object> parameters) {
        Statement.Expected expected =
                options.has(ExecuteOptions.ROWS_EXPECTED)
                        ? Statement.Expected.ROWS
                        : options.has(ExecuteOptions.COUNT_EXPECTED)
                                ? Statement.Expected.COUNT
                                : Statement.Expected.ANYTHING;
        return new Statement(
                sql,
                List.of(parameters),
                false,
                keys,
                expected,
                options.maxRows(),
                options.fetchSize(),
                options.queryTimeoutMillis(),
                options.transactionSequence());
    }

    private void batch(Request.Batch request, Replies replies) {
        Prepared statement = prepared.get(request.statementId());
        if (statement != null) {
            batches.rows(statement, request, replies);
        } else if (request.last()) {
            find(request.statementId(), replies);
        } else {
            replies.finish();
        }
    }

    private void describe(Request.Describe request, Replies replies) {
        Prepared statement = find(request.statementId(), replies);
        if (statement != null) {
            answers.describe(statement.sql(), replies);
        }
    }

    private void setOptions(Request.SetOptions request, Replies replies) {
        if (request.autoCommit() && !context.transactionId().isEmpty()) {
            deferred =
                    new SQLException(
                            "auto-commit cannot be switched on within a transaction; commit or roll back first",
                            SqlState.ACTIVE_TRANSACTION.code());
        } else {
            changeSchema(request);
            context.options(
                    new SessionOptions(
                            request.autoCommit(), request.isolation(), request.readOnly()));
        }
        replies.finish();
    }

    /** The driver repeats its schema and catalog with every change of anything. */
    private void changeSchema(Request.SetOptions request) {
        String catalog = request.catalog();
        boolean own =
                catalog == null
                        || catalog.equals(start.virtualDatabase())
                        || catalog.equals(greeting.catalog())
                        || catalog.equals(greeting.schema()); // MariaDB's word for a schema
        if (!own) {
            deferred =
                    new SQLException(
                            "the catalog cannot be changed to %s: a virtual database has one. Connect to another, use a schema, or on MariaDB USE"
                                    .formatted(catalog),
                            SqlState.OPTIONAL_FEATURE.code());
        }
        if (request.schema() == null || request.schema().equals(schema)) {
            return;
        }
        if (context.transactionId().isEmpty()) {
            schema = request.schema();
            context.schema(schema.equals(greeting.schema()) ? null : schema);
        } else {
            deferred =
                    new SQLException(
                            "the schema cannot be changed within a transaction; commit or roll back first",
                            SqlState.ACTIVE_TRANSACTION.code());
        }
    }

    private void metadata(Request.Metadata request, Replies replies) {
        answers.held(
                replies, () -> conductor.metadata().rows(request.method(), request.arguments()));
    }

    private void metadataValues(Replies replies) {
        answers.held(replies, conductor.metadata()::values);
    }

    @Override
    public void cancel() {
        context.cancel("by its client");
    }

    @Override
    public void clientVanished() {
        context.cancel("because its client has gone");
    }

    @Override
    public void clientGone() {
        try {
            answers.closeCursors();
            conductor.end(context);
        } finally {
            registry.remove(start.sessionId()); // now what became of its transactions is known
        }
    }

    /** UNKNOWN while the session that began it is still there; it is ended first. */
    private Response.OutcomeIs outcome(TransactionId transaction) {
        TransactionOutcome outcome =
                registry.end(transaction.sessionId())
                        ? TransactionOutcome.UNKNOWN
                        : conductor.outcome(transaction);
        return new Response.OutcomeIs(
                context.status(),
                outcome,
                outcome == TransactionOutcome.COMMITTED ? conductor.counts(transaction) : null);
    }

    /**
     * Its client has a new connection and asks there what became of the old one. From any thread.
     */
    void superseded() {
        context.cancel("because its client asks on another connection what became of it");
        start.cut().run();
    }
}
