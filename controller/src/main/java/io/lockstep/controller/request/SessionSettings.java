package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.execution.BackendTransaction;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.sql.SessionSetting;
import io.lockstep.controller.sql.SessionSetting.Effect;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes a session differ from a new one: its SET statements and schema, in order, a later one
 * of the same variable in the place of the earlier. Immutable, so that a transaction can go back to
 * what was set when it began.
 */
final class SessionSettings implements BackendTransaction.SetUp {
    static final SessionSettings NONE = new SessionSettings(List.of());

    private static final String SCHEMA = "schema";
    private static final String H2_SEARCH_PATH = "schema_search_path";

    /** How a setting is made on a connection. */
    private sealed interface Step {
        void apply(BackendConnection connection) throws SQLException;

        RedoStep forLog(List<Dialect> dialects);
    }

    private record Executing(String text) implements Step {
        @Override
        public void apply(BackendConnection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(text);
            }
        }

        @Override
        public RedoStep forLog(List<Dialect> dialects) {
            Map<String, RedoStep.Text> texts = new LinkedHashMap<>();
            RedoStep.Text same = new RedoStep.Text(text, List.of(List.of()));
            dialects.forEach(dialect -> texts.put(dialect.name(), same));
            return new RedoStep.Statement(RedoStep.Form.SETTING, false, texts, RedoStep.Answer.ANY);
        }
    }

    private record InSchema(String schema) implements Step {
        @Override
        public void apply(BackendConnection connection) throws SQLException {
            connection.jdbc().setSchema(schema);
        }

        @Override
        public RedoStep forLog(List<Dialect> dialects) {
            return new RedoStep.Schema(schema);
        }
    }

    private record Entry(SessionSetting what, Step step) {
        boolean isLocal() {
            return what.effect() == Effect.SET_LOCAL;
        }
    }

    private final List<Entry> entries;

    private SessionSettings(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int size() {
        return entries.size();
    }

    /** With this SET or RESET, written {@code text}, done as well. */
    SessionSettings with(SessionSetting what, String text) {
        return switch (what.effect()) {
            case SET -> without(what.variable()).and(new Entry(what, new Executing(text)));
            case SET_LOCAL -> and(new Entry(what, new Executing(text)));
            case RESET -> without(what.variable());
            case RESET_ALL -> NONE;
            case NOTHING -> this;
        };
    }

    /** With the schema that {@code Connection.setSchema} names; null for the usual one. */
    SessionSettings withSchema(String schema) {
        SessionSettings others = without(SCHEMA);
        if (schema == null) {
            return others;
        }
        return others.and(
                new Entry(
                        new SessionSetting(
                                Effect.SET,
                                SCHEMA,
                                List.of(schema.toLowerCase(java.util.Locale.ROOT)),
                                null),
                        new InSchema(schema)));
    }

    private SessionSettings and(Entry entry) {
        List<Entry> more = new ArrayList<>(entries);
        more.add(entry);
        return new SessionSettings(more);
    }

    private SessionSettings without(String variable) {
        return new SessionSettings(
                entries.stream().filter(each -> !each.what.variable().equals(variable)).toList());
    }

    /** What is left when the transaction ends. */
    SessionSettings withoutLocal() {
        return entries.stream().anyMatch(Entry::isLocal)
                ? new SessionSettings(entries.stream().filter(each -> !each.isLocal()).toList())
                : this;
    }

    /** Makes a pooled connection behave as the session expects; it is reset afterwards. */
    @Override
    public void apply(BackendConnection connection) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        connection.markSessionStateChanged();
        for (Entry entry : entries) {
            if (!entry.isLocal()) {
                entry.step.apply(connection);
            }
        }
    }

    @Override
    public List<RedoStep> steps(List<Dialect> dialects) {
        return entries.stream()
                .filter(entry -> !entry.isLocal())
                .map(entry -> entry.step.forLog(dialects))
                .toList();
    }

    /** Where unqualified names are looked up; null if as usual. */
    List<String> searchPath() {
        List<String> path = null;
        List<String> further = null;
        for (Entry entry : entries) {
            if (entry.what.variable().equals(SCHEMA)) {
                path = entry.what.searchPath();
            } else if (entry.what.variable().equals(H2_SEARCH_PATH)) {
                further = entry.what.searchPath();
            }
        }
        if (further == null) {
            return path;
        }
        List<String> both = new ArrayList<>();
        both.addAll(path == null ? List.of(SessionSetting.USUAL_SCHEMA) : path);
        both.addAll(further);
        return both;
    }

    /** The zone in which clock values are decided. */
    ZoneId zone() {
        ZoneId zone = ZoneId.systemDefault();
        for (Entry entry : entries) {
            zone = entry.what.zone() == null ? zone : entry.what.zone();
        }
        return zone;
    }
}
