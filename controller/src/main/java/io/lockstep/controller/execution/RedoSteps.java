package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.redo.RedoStep.Answer;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Statements in the form in which they stand in the log. */
final class RedoSteps {
    private RedoSteps() {}

    /**
     * What every engine gets, those that are out of service included: they will need it.
     *
     * @param answer see {@link RedoStep.Statement}
     */
    static RedoStep.Statement of(
            StatementCall call, Collection<Dialect> dialects, RedoStep.Form form, Answer answer)
            throws SQLException {
        return new RedoStep.Statement(form, call.batch(), texts(call, dialects, answer), answer);
    }

    /** DDL; see {@link RedoStep.Definition}. */
    static RedoStep.Definition definition(
            StatementCall call,
            Collection<Dialect> dialects,
            Set<String> objects,
            Map<String, String> before)
            throws SQLException {
        return new RedoStep.Definition(texts(call, dialects, Answer.ANY), objects, before);
    }

    private static Map<String, RedoStep.Text> texts(
            StatementCall call, Collection<Dialect> dialects, Answer answer) throws SQLException {
        Map<String, RedoStep.Text> texts = new LinkedHashMap<>();
        for (Dialect dialect : dialects) {
            StatementCall.Rendered rendered = call.rendering().render(dialect);
            RedoStep.Keys keys =
                    answer.returned() == null
                            ? RedoStep.Keys.NONE // nobody would look at them
                            : keys(rendered.keys() == null ? call.keys() : rendered.keys());
            texts.put(
                    dialect.name(),
                    new RedoStep.Text(rendered.text(), rendered.parameterRows(), keys));
        }
        return texts;
    }

    private static RedoStep.Keys keys(KeyColumns keys) {
        if (keys instanceof KeyColumns.Named named) {
            return new RedoStep.Keys(false, named.columns());
        }
        return keys instanceof KeyColumns.All ? RedoStep.Keys.ALL : RedoStep.Keys.NONE;
    }

    static KeyColumns keys(RedoStep.Keys keys) {
        if (keys.all()) {
            return new KeyColumns.All();
        }
        return keys.named().isEmpty() ? KeyColumns.NONE : new KeyColumns.Named(keys.named());
    }

    static RedoStep.Form form(StatementCall call) {
        return switch (call.form()) {
            case PLAIN -> RedoStep.Form.PLAIN;
            case UNKNOWN, QUERY -> RedoStep.Form.UNKNOWN;
            case CALL -> RedoStep.Form.CALL;
        };
    }

    /**
     * What must be the same when it is done again.
     *
     * @param compareCounts whether row counts are part of that
     */
    static Answer answer(StatementCall call, StatementResult result, boolean compareCounts) {
        long rowCount =
                compareCounts && result instanceof StatementResult.Count count
                        ? Math.max(count.count(), Answer.NOT_COMPARED)
                        : Answer.NOT_COMPARED;
        // What the client's limit cut off is not cut off again.
        return new Answer(rowCount, call.maxRows() > 0 ? null : ReturnedRows.of(result));
    }
}
