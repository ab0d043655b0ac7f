package io.lockstep.controller.request;

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
    private final List<DecidedValues> values;
    private final Map<String, StatementCall.Rendered> known = new ConcurrentHashMap<>(4);

    Rendering(
            StatementClass statementClass, List<? extends List<?>> rows, Instant transactionTime) {
        this.statementClass = statementClass;
        this.rows = rows;
        Instant now = Instant.now();
        ZoneId zone = ZoneId.systemDefault();
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
            return new StatementCall.Rendered(first.text(), rows);
        }
        List<List<?>> changed = new ArrayList<>(rows.size());
        changed.add(first.parameters());
        for (int i = 1; i < rows.size(); i++) {
            changed.add(statementClass.forward(dialect, rows.get(i), values.get(i)).parameters());
        }
        return new StatementCall.Rendered(first.text(), changed);
    }
}
