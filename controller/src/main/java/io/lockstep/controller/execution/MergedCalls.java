package io.lockstep.controller.execution;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.protocol.UpdateCounts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs several clients' writes, whose order does not matter, on one connection with few round
 * trips: those of the same text as one batch. Each gets its own result back.
 */
final class MergedCalls {
    private final BackendConnection connection;
    private final Dialect dialect;
    private final List<StatementCall> calls;
    private final StatementResult[] results;

    private MergedCalls(BackendConnection connection, List<StatementCall> calls) {
        this.connection = connection;
        this.dialect = connection.backend().dialect();
        this.calls = calls;
        this.results = new StatementResult[calls.size()];
    }

    /**
     * Blocks. The connection's transaction is the caller's.
     *
     * @return in the order of {@code calls}
     */
    static List<StatementResult> run(BackendConnection connection, List<StatementCall> calls)
            throws SQLException {
        return new MergedCalls(connection, calls).run();
    }

    private List<StatementResult> run() throws SQLException {
        for (List<Integer> sameText : byText()) {
            if (sameText.size() == 1) {
                int only = sameText.get(0);
                results[only] = calls.get(only).run(connection);
            } else {
                runAsBatch(sameText);
            }
        }
        return List.of(results);
    }

    /** Calls whose text is the same on this backend; those with keys stay by themselves. */
    private List<List<Integer>> byText() throws SQLException {
        List<List<Integer>> portions = new ArrayList<>();
        Map<String, List<Integer>> batches = new LinkedHashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            StatementCall call = calls.get(i);
            if (call.keys() instanceof KeyColumns.None && call.form() == StatementCall.Form.PLAIN) {
                String text = call.rendering().render(dialect).text();
                batches.computeIfAbsent(text, t -> new ArrayList<>()).add(i);
            } else {
                portions.add(List.of(i));
            }
        }
        portions.addAll(batches.values());
        return portions;
    }

    private void runAsBatch(List<Integer> sameText) throws SQLException {
        List<List<?>> rows = new ArrayList<>();
        String text = null;
        for (int i : sameText) {
            StatementCall.Rendered rendered = calls.get(i).rendering().render(dialect);
            text = rendered.text();
            rows.addAll(rendered.parameterRows());
        }
        StatementCall.Rendered whole = new StatementCall.Rendered(text, rows);
        StatementCall merged = new StatementCall(any -> whole, true, KeyColumns.NONE, 0);
        long[] counts = ((StatementResult.Counts) merged.run(connection)).counts().toArray();
        int from = 0;
        for (int i : sameText) {
            int to = from + calls.get(i).rendering().render(dialect).parameterRows().size();
            results[i] =
                    calls.get(i).batch()
                            ? new StatementResult.Counts(
                                    UpdateCounts.of(Arrays.copyOfRange(counts, from, to)), null)
                            : new StatementResult.Count(counts[from], null);
            from = to;
        }
    }
}
