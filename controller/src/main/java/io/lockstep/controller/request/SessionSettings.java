package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.controller.sql.SessionSetting;
import io.lockstep.controller.sql.SessionSetting.Effect;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes a session differ from a new one: its SET statements and schema, in order, a later one
 * of the same variable in the place of the earlier. Immutable, so that a transaction can go back to
 * what was set when it began.
 */
final class SessionSettings {
    static final SessionSettings NONE = new SessionSettings(List.of());

    private static final String SCHEMA = "schema";
    private static final String H2_SEARCH_PATH = "schema_search_path";

    /** Makes the setting on one connection. */
    @FunctionalInterface
    interface Step {
        void apply(BackendConnection connection) throws SQLException;
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
            case SET -> without(what.variable()).and(new Entry(what, executing(text)));
            case SET_LOCAL -> and(new Entry(what, executing(text)));
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
                        connection -> connection.jdbc().setSchema(schema)));
    }

    static Step executing(String text) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute(text);
            }
        };
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
    void apply(BackendConnection connection) throws SQLException {
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
