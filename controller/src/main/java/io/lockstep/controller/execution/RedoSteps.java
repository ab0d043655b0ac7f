package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.redo.RedoStep;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Statements in the form in which they stand in the log, and back. */
final class RedoSteps {
    private RedoSteps() {}

    /**
     * What every engine gets, those that are out of service included: they will need it.
     *
     * @param rowCount see {@link RedoStep.Statement}
     */
    static RedoStep.Statement of(
            StatementCall call, Collection<Dialect> dialects, RedoStep.Form form, long rowCount)
            throws SQLException {
        Map<String, RedoStep.Text> texts = new LinkedHashMap<>();
        for (Dialect dialect : dialects) {
            StatementCall.Rendered rendered = call.rendering().render(dialect);
            texts.put(dialect.name(), new RedoStep.Text(rendered.text(), rendered.parameterRows()));
        }
        return new RedoStep.Statement(form, call.batch(), texts, rowCount);
    }

    static RedoStep.Form form(StatementCall call) {
        return switch (call.form()) {
            case PLAIN -> RedoStep.Form.PLAIN;
            case UNKNOWN -> RedoStep.Form.UNKNOWN;
            case CALL -> RedoStep.Form.CALL;
        };
    }

    /** Rows changed, if the answer says so and they must be the same when it is done again. */
    static long rowCount(StatementResult answer, boolean compareCounts) {
        return compareCounts && answer instanceof StatementResult.Count count
                ? count.count()
                : RedoStep.NOT_COMPARED;
    }
}
