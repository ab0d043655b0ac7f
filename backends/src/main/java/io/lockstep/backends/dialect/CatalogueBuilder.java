package io.lockstep.backends.dialect;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Code;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import io.lockstep.backends.catalogue.Catalogue.Routine;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.Trigger;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import io.lockstep.backends.catalogue.TableName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Puts a catalogue together from the rows of a few queries over all tables. Rows about tables that
 * were not announced (system tables, Lockstep's own) are passed over.
 */
final class CatalogueBuilder {
    private final String defaultSchema;
    private final String ownSchema;
    private final Map<TableName, Draft> drafts = new LinkedHashMap<>();
    private final Set<String> sequences = new HashSet<>();
    private final Set<String> columnSequences = new HashSet<>();
    private final Set<String> cyclicOrAmbiguous = new HashSet<>();
    private final Map<String, Routine> routines = new HashMap<>();
    private final Map<TableName, TableName> parents = new HashMap<>();
    private final Map<String, List<String>> code = new HashMap<>();
    private final Map<TableName, List<Trigger>> triggers = new HashMap<>();
    private final Map<String, String> collations = new HashMap<>();

    /**
     * @param ownSchema where Lockstep's own tables are
     */
    CatalogueBuilder(String defaultSchema, String ownSchema) {
        this.defaultSchema = defaultSchema;
        this.ownSchema = ownSchema;
    }

    /** Schema and name, a row's first two columns. */
    static TableName table(ResultSet row) throws SQLException {
        return new TableName(row.getString(1), row.getString(2));
    }

    void table(TableName name, Kind kind, boolean durable, boolean triggers) {
        if (!name.schema().equalsIgnoreCase(ownSchema)) {
            drafts.put(name, new Draft(kind, durable, triggers));
        }
    }

    boolean knows(TableName name) {
        return drafts.containsKey(name);
    }

    /**
     * A trigger.
     *
     * @param events words in any order, INSERT, UPDATE, DELETE, TRUNCATE among them
     * @param body null where the engine does not show it
     */
    void trigger(TableName table, String events, String body) {
        Draft draft = drafts.get(table);
        if (draft != null) {
            draft.triggers = true;
            Set<String> words = new HashSet<>();
            for (String event : List.of("INSERT", "UPDATE", "DELETE", "TRUNCATE")) {
                if (events.toUpperCase(Locale.ROOT).contains(event)) {
                    words.add(event);
                }
            }
            triggers.computeIfAbsent(table, t -> new ArrayList<>()).add(new Trigger(words, body));
        }
    }

    /** What runs when a text names this; null if the engine does not show it. */
    void code(String name, String sql) {
        if (sql != null) {
            code.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>()).add(sql);
        }
    }

    void column(TableName table, Column column) {
        Draft draft = drafts.get(table);
        if (draft != null) {
            draft.columns.add(column);
        }
    }

    /** How the database sorts and compares text that says nothing of it itself. */
    void collation(String ofDatabase) {
        if (ofDatabase != null) {
            collations.put(Catalogue.DATABASE, ofDatabase);
        }
    }

    /** The same of a table's column; null if it holds no text. */
    void collation(TableName table, String column, String collation) {
        Draft draft = drafts.get(table);
        if (collation != null && draft != null && draft.kind == Kind.TABLE) {
            collations.put(table.lockName() + "." + column.toLowerCase(Locale.ROOT), collation);
        }
    }

    /** The columns of one index come in index order. */
    void uniqueIndexColumn(
            TableName table, String index, boolean primary, String column, boolean wholeColumn) {
        Draft draft = drafts.get(table);
        if (draft == null) {
            return;
        }
        UniqueIndex before =
                draft.indexes.getOrDefault(index, new UniqueIndex(index, primary, List.of(), true));
        List<String> columns = new ArrayList<>(before.columns());
        if (column != null) {
            columns.add(column);
        }
        draft.indexes.put(
                index,
                new UniqueIndex(
                        index, primary, columns, before.plain() && wholeColumn && column != null));
    }

    /**
     * All foreign keys, a row for each of their columns, in key order.
     *
     * @param query gives the child's schema and name, the key, the column, the parent's schema,
     *     name and column, and whether deleting the parent or changing its key changes the child
     */
    void foreignKeys(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                foreignKeyColumn(
                        table(row),
                        row.getString(3),
                        row.getString(4),
                        new TableName(row.getString(5), row.getString(6)),
                        row.getString(7),
                        row.getBoolean(8));
            }
        }
    }

    /** The columns of one foreign key come in key order. */
    void foreignKeyColumn(
            TableName table,
            String key,
            String column,
            TableName parent,
            String parentColumn,
            boolean changesChild) {
        Draft draft = drafts.get(table);
        if (draft == null) {
            return;
        }
        ForeignKey before = draft.foreignKeys.get(key);
        List<String> columns = new ArrayList<>(before == null ? List.of() : before.columns());
        List<String> parentColumns =
                new ArrayList<>(before == null ? List.of() : before.parentColumns());
        columns.add(column);
        parentColumns.add(parentColumn);
        draft.foreignKeys.put(
                key, new ForeignKey(key, columns, parent, parentColumns, changesChild));
    }

    /**
     * A sequence.
     *
     * @param cycles begins anew after its last value
     */
    void sequence(String schema, String name, boolean cycles) {
        if (schema.equalsIgnoreCase(ownSchema)) {
            return;
        }
        String lowerCase = name.toLowerCase(Locale.ROOT);
        if (!sequences.add(lowerCase) || cycles) {
            cyclicOrAmbiguous.add(lowerCase);
        }
    }

    /** A sequence that exists because a column draws from it. */
    void columnSequence(String schema, String name, boolean cycles) {
        sequence(schema, name, cycles);
        columnSequences.add(name.toLowerCase(Locale.ROOT));
    }

    /** Of several with one name, all must be read-only for the name to count as such. */
    void routine(String name, boolean procedure, boolean readOnly, boolean mayDiffer) {
        String key = name.toLowerCase(Locale.ROOT);
        Routine before = routines.get(key);
        routines.put(
                key,
                before == null
                        ? new Routine(key, procedure, readOnly, mayDiffer)
                        : new Routine(
                                key,
                                procedure || before.procedure(),
                                readOnly && before.readOnly(),
                                mayDiffer || before.mayDiffer()));
    }

    void parent(TableName child, TableName parent) {
        parents.put(child, parent);
    }

    Catalogue build() {
        Map<TableName, Table> tables = new HashMap<>();
        drafts.forEach((name, draft) -> tables.put(name, draft.finish(name)));
        Map<TableName, TableName> roots = new HashMap<>();
        for (TableName child : parents.keySet()) {
            roots.put(child, top(child));
        }
        Set<String> plain = new HashSet<>(sequences);
        plain.removeAll(cyclicOrAmbiguous);
        return new Catalogue(
                defaultSchema,
                tables,
                sequences,
                columnSequences,
                plain,
                routines,
                roots,
                new Code(code, triggers),
                collations);
    }

    private TableName top(TableName child) {
        TableName current = child;
        for (TableName next = parents.get(current); next != null; next = parents.get(current)) {
            current = next;
        }
        return current;
    }

    private static final class Draft {
        private final Kind kind;
        private final boolean durable;
        private boolean triggers;
        private final List<Column> columns = new ArrayList<>();
        private final Map<String, UniqueIndex> indexes = new LinkedHashMap<>();
        private final Map<String, ForeignKey> foreignKeys = new LinkedHashMap<>();

        Draft(Kind kind, boolean durable, boolean triggers) {
            this.kind = kind;
            this.durable = durable;
            this.triggers = triggers;
        }

        Table finish(TableName name) {
            Set<String> generated = new HashSet<>();
            for (Column column : columns) {
                if (column.generated()) {
                    generated.add(column.name());
                }
            }
            List<UniqueIndex> unique = new ArrayList<>();
            for (UniqueIndex index : indexes.values()) {
                boolean plain =
                        index.plain() && index.columns().stream().noneMatch(generated::contains);
                unique.add(new UniqueIndex(index.name(), index.primary(), index.columns(), plain));
            }
            return new Table(
                    name,
                    kind,
                    columns,
                    unique,
                    List.copyOf(foreignKeys.values()),
                    triggers,
                    durable);
        }
    }
}
