package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection.KeyColumns;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.execution.StatementCall;
import io.lockstep.controller.sql.DecidedValues;
import io.lockstep.controller.sql.StatementClass;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The text and parameters of one execution per engine, with every value that must be the same
 * decided once.
 */
final class Rendering implements StatementCall.Rendering {
    private final StatementClass statementClass;
    private final List<? extends List<?>> rows;
    private final KeyColumns wanted;
    private final List<DecidedValues> values;
    private final Map<String, StatementCall.Rendered> known = new ConcurrentHashMap<>(4);

    /** For statements that generate no keys. */
    Rendering(
            StatementClass statementClass, List<? extends List<?>> rows, Instant transactionTime) {
        this(statementClass, rows, KeyColumns.NONE, transactionTime);
    }

    /** For a session in the usual time zone. */
    Rendering(
            StatementClass statementClass,
            List<? extends List<?>> rows,
            KeyColumns wanted,
            Instant transactionTime) {
        this(statementClass, rows, wanted, transactionTime, ZoneId.systemDefault());
    }

    /**
     * For any statement.
     *
     * @param wanted the generated columns that the client has asked for
     * @param zone in which dates and times without one are decided
     */
    Rendering(
            StatementClass statementClass,
            List<? extends List<?>> rows,
            KeyColumns wanted,
            Instant transactionTime,
            ZoneId zone) {
        this.wanted = wanted;
        this.statementClass = statementClass;
        this.rows = rows;
        Instant now = Instant.now();
        this.values = new ArrayList<>(rows.size());
        int decisions =
                statementClass.parametersUnchanged() ? Math.min(1, rows.size()) : rows.size();
        for (int i = 0; i < decisions; i++) {
            values.add(new DecidedValues(transactionTime, now, zone));
        }
    }

    @Override
    public StatementCall.Rendered render(Dialect dialect) {
        StatementCall.Rendered rendered = known.get(dialect.name());
        if (rendered == null) {
            rendered = make(dialect);
            known.put(dialect.name(), rendered);
        }
        return rendered;
    }

    private StatementCall.Rendered make(Dialect dialect) {
        StatementClass.Forwarded first =
                statementClass.forward(dialect, rows.get(0), values.get(0));
        if (statementClass.parametersUnchanged()) {
            return new StatementCall.Rendered(first.text(), rows, keys(dialect));
        }
        List<List<?>> changed = new ArrayList<>(rows.size());
        changed.add(first.parameters());
        for (int i = 1; i < rows.size(); i++) {
            changed.add(statementClass.forward(dialect, rows.get(i), values.get(i)).parameters());
        }
        return new StatementCall.Rendered(first.text(), changed, keys(dialect));
    }

    /**
     * Numbers given by the databases are compared whether the client asks for them or not: two that
     * number differently would drift apart with equal row counts. "All" means other columns on each
     * engine, so between engines the columns are named.
     */
    private KeyColumns keys(Dialect dialect) {
        List<String> numbered = statementClass.numberedColumns(dialect);
        boolean unasked = wanted instanceof KeyColumns.None && rows.size() == 1;
        boolean unclear = wanted instanceof KeyColumns.All && statementClass.acrossEngines();
        return !numbered.isEmpty() && !statementClass.returnsRows() && (unasked || unclear)
                ? new KeyColumns.Named(numbered)
                : null;
    }
}
