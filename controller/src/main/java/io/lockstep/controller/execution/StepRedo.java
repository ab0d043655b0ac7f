package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.RedoRun.DifferentException;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.redo.RedoStep.Answer;
import io.lockstep.protocol.UpdateCounts;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of one logged commit, done again one by one in a transaction that the caller ends. */
final class StepRedo {
    private static final Logger log = LoggerFactory.getLogger(StepRedo.class);

    /** Of a text in a message. */
    private static final int TEXT_CHARS_MAX = 200;

    private static final List<List<Object>> NO_PARAMETERS = List.of(List.of());

    private final BackendConnection connection;
    private final Dialect dialect;
    private final CommitRecord commit;
    private final LoggedZone zone;

    StepRedo(BackendConnection connection, CommitRecord commit) {
        this.connection = connection;
        this.commit = commit;
        this.dialect = connection.backend().dialect();
        this.zone = new LoggedZone(dialect, commit.zone(), ZoneId.systemDefault());
    }

    /** In front of the first step, in its transaction. */
    void begin() throws SQLException {
        String set = zone.statement();
        if (set != null) {
            connection.markSessionStateChanged();
            try {
                execute(new RedoStep.Text(set, NO_PARAMETERS));
            } catch (SQLException e) {
                throw notPrepared("the time zone " + commit.zone() + " cannot be set", e);
            }
        }
    }

    /** What is wrong with the preparations must not be taken for a refusal of the commit. */
    private SQLException notPrepared(String what, SQLException e) {
        return notPrepared(dialect, commit, what, e);
    }

    static SQLException notPrepared(
            Dialect dialect, CommitRecord commit, String what, SQLException e) {
        return dialect.classify(e).isOpinion()
                ? new DifferentException(
                        "commit %d cannot be done as it was: %s: %s"
                                .formatted(commit.sequence(), what, e.getMessage()),
                        e)
                : e;
    }

    void run(RedoStep step) throws SQLException {
        if (step instanceof RedoStep.Schema schema) {
            connection.markSessionStateChanged();
            connection.jdbc().setSchema(schema.name());
        } else if (step instanceof RedoStep.Statement statement) {
            run(statement);
        } else if (step instanceof RedoStep.Definition definition) {
            define(definition);
        } else if (step instanceof RedoStep.Counting counting) {
            count(counting);
        }
    }

    private void run(RedoStep.Statement statement) throws SQLException {
        RedoStep.Text text = text(statement.texts());
        if (statement.form() == RedoStep.Form.SETTING) {
            connection.markSessionStateChanged();
        }
        StatementCall.Rendered rendered =
                new StatementCall.Rendered(text.sql(), zone.values(text.rows()));
        StatementCall call =
                new StatementCall(
                        any -> rendered,
                        statement.batch(),
                        RedoSteps.keys(text.keys()),
                        0,
                        form(statement));
        compare(text, statement.answer(), call.run(connection));
    }

    private RedoStep.Text text(Map<String, RedoStep.Text> texts) throws DifferentException {
        RedoStep.Text text = texts.get(dialect.name());
        if (text == null) {
            throw new DifferentException(
                    "commit %d was logged when no backend of this engine (%s) was declared"
                            .formatted(commit.sequence(), dialect.name()));
        }
        return text;
    }

    private static StatementCall.Form form(RedoStep.Statement statement) {
        return switch (statement.form()) {
            case PLAIN, SETTING -> StatementCall.Form.PLAIN;
            case UNKNOWN -> StatementCall.Form.UNKNOWN;
            case CALL -> StatementCall.Form.CALL;
        };
    }

    private void execute(RedoStep.Text text) throws SQLException {
        StatementCall.Rendered rendered = new StatementCall.Rendered(text.sql(), text.rows());
        new StatementCall(any -> rendered, false, KeyColumns.NONE, 0).run(connection);
    }

    private void compare(RedoStep.Text text, Answer first, StatementResult now)
            throws DifferentException {
        long count = count(now);
        if (first.rowCount() != Answer.NOT_COMPARED
                && count != Answer.NOT_COMPARED
                && first.rowCount() != count) {
            throw different(text, first.rowCount() + " rows changed", count + " rows changed");
        }
        if (first.returned() != null) {
            String returned = ReturnedRows.of(now);
            if (!first.returned().equals(returned)) {
                throw different(text, first.returned(), returned == null ? "nothing" : returned);
            }
        }
    }

    /** Summed over a batch. */
    private static long count(StatementResult result) {
        if (result instanceof StatementResult.Count count) {
            return Math.max(count.count(), Answer.NOT_COMPARED);
        }
        return result instanceof StatementResult.Counts counts
                ? sum(counts.counts())
                : Answer.NOT_COMPARED;
    }

    private static long sum(UpdateCounts counts) {
        long sum = 0;
        for (int i = 0; i < counts.size(); i++) {
            if (counts.get(i) < 0) {
                return Answer.NOT_COMPARED;
            }
            sum += counts.get(i);
        }
        return sum;
    }

    private DifferentException different(RedoStep.Text text, String first, String now) {
        return new DifferentException(
                "a statement of commit %d gave %s at first, as the log says, and %s when it was done again: %s"
                        .formatted(commit.sequence(), first, now, shortened(text.sql())));
    }

    private static String shortened(String sql) {
        return sql.length() <= TEXT_CHARS_MAX ? sql : sql.substring(0, TEXT_CHARS_MAX) + " ...";
    }

    private void count(RedoStep.Counting counting) throws SQLException {
        try {
            CountersAtFirst.set(connection, counting);
        } catch (CountersAtFirst.BeyondException e) {
            throw e;
        } catch (SQLException e) {
            throw notPrepared("its counters cannot be set", e);
        }
    }

    private void define(RedoStep.Definition definition) throws SQLException {
        RedoStep.Text text = text(definition.texts());
        if (isDone(definition)) {
            log.info(
                    "{}: this was done before its commit {} was: {}",
                    connection.backend().name(),
                    commit.sequence(),
                    shortened(text.sql()));
            return;
        }
        try {
            execute(text);
        } catch (SQLException e) {
            if (!mayBeDone(dialect.classify(e))) {
                throw e;
            }
        }
    }

    /** On an engine that commits it by itself, if what it changes is no longer as it was. */
    private boolean isDone(RedoStep.Definition definition) throws SQLException {
        String before = definition.before().get(connection.backend().name());
        if (before == null || !dialect.ddlCommitsImplicitly()) {
            return false;
        }
        try {
            return !before.equals(dialect.fingerprint(connection.jdbc(), definition.objects()));
        } catch (SQLException e) {
            throw notPrepared("it cannot be seen whether " + definition.objects() + " changed", e);
        }
    }

    /** DDL that its own transaction does not hold back is there already, or gone already. */
    private static boolean mayBeDone(FailureClass failure) {
        return failure == FailureClass.OBJECT_EXISTS || failure == FailureClass.OBJECT_MISSING;
    }
}
