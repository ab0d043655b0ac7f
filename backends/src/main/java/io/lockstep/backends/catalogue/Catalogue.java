package io.lockstep.backends.catalogue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The schema of one database at one moment.
 *
 * @param defaultSchema where unqualified names are looked up first, as the engine spells it
 * @param tables tables and views by {@link TableName}
 * @param sequences sequence names, lower case, without schema
 * @param columnSequences those of them that the engine keeps for a column of its own accord
 * @param plainSequences those of them whose name is theirs alone and that never begin anew, so that
 *     a value of theirs can be told from every other
 * @param routines names of user functions and procedures, lower case, without schema
 * @param roots partitions and inheritance children to the table at the top of their tree
 * @param code what the engine runs without the text saying so
 * @param collations the engine's name for how text sorts, compares and changes case: under {@link
 *     #DATABASE} the database's own, under {@code table.column} in lower case a column's
 */
public record Catalogue(
        String defaultSchema,
        Map<TableName, Table> tables,
        Set<String> sequences,
        Set<String> columnSequences,
        Set<String> plainSequences,
        Map<String, Routine> routines,
        Map<TableName, TableName> roots,
        Code code,
        Map<String, String> collations) {
    /** Where {@link #collations} has the database's own. */
    public static final String DATABASE = "";

    /** Stands in a column's default, in front of what an UPDATE that leaves it out puts there. */
    public static final String ON_UPDATE = "on update ";

    public Catalogue {
        tables = Map.copyOf(tables);
        sequences = Set.copyOf(sequences);
        columnSequences = Set.copyOf(columnSequences);
        plainSequences = Set.copyOf(plainSequences);
        routines = Map.copyOf(routines);
        roots = Map.copyOf(roots);
        collations = Map.copyOf(collations);
    }

    /** A catalogue of whose collations nothing is known. */
    public Catalogue(
            String defaultSchema,
            Map<TableName, Table> tables,
            Set<String> sequences,
            Set<String> columnSequences,
            Set<String> plainSequences,
            Map<String, Routine> routines,
            Map<TableName, TableName> roots,
            Code code) {
        this(
                defaultSchema,
                tables,
                sequences,
                columnSequences,
                plainSequences,
                routines,
                roots,
                code,
                Map.of());
    }

    /** A catalogue of plain sequences, without partitions and columns' own. */
    public Catalogue(
            String defaultSchema,
            Map<TableName, Table> tables,
            Set<String> sequences,
            Map<String, Routine> routines) {
        this(defaultSchema, tables, sequences, Set.of(), sequences, routines, Map.of(), Code.NONE);
    }

    /**
     * The table whose locks cover this one: its root for a partition or inheritance child, which
     * can be written under either name, else itself.
     */
    public TableName root(TableName table) {
        return roots.getOrDefault(table, table);
    }

    /**
     * Finds a table as a statement names it. Case is ignored, quoted or not: two names that differ
     * only in case are treated as ambiguous, which makes the caller lock more, never less.
     *
     * @param schema as written, or null
     * @return empty if there is none or more than one
     */
    public Optional<Table> find(String schema, String name) {
        Table only = null;
        for (Table table : tables.values()) {
            if (table.name().matches(schema, name, defaultSchema)) {
                if (only != null) {
                    return Optional.empty();
                }
                only = table;
            }
        }
        return Optional.ofNullable(only);
    }

    /** A table or view. */
    public record Table(
            TableName name,
            Kind kind,
            List<Column> columns,
            List<UniqueIndex> uniqueIndexes,
            List<ForeignKey> foreignKeys,
            boolean triggers,
            boolean durable) {
        public Table {
            columns = List.copyOf(columns);
            uniqueIndexes = List.copyOf(uniqueIndexes);
            foreignKeys = List.copyOf(foreignKeys);
        }

        public Optional<UniqueIndex> primaryKey() {
            return uniqueIndexes.stream().filter(UniqueIndex::primary).findFirst();
        }

        public Optional<Column> column(String column) {
            return columns.stream().filter(c -> c.name().equalsIgnoreCase(column)).findFirst();
        }
    }

    public enum Kind {
        TABLE,
        VIEW
    }

    /**
     * A column of a table or view.
     *
     * @param jdbcType a {@code java.sql.Types} constant
     * @param defaultExpression as the engine prints it, or null
     * @param binaryCollation text compares byte by byte, so equal means identical (CHAR padding
     *     apart)
     */
    public record Column(
            String name,
            int jdbcType,
            String typeName,
            int size,
            int scale,
            boolean nullable,
            String defaultExpression,
            Identity identity,
            boolean generated,
            boolean binaryCollation) {}

    public enum Identity {
        NONE,
        BY_DEFAULT,
        ALWAYS
    }

    /**
     * A unique index or constraint.
     *
     * @param columns in index order, as the engine spells them
     * @param plain over whole columns only: not partial, not prefixes, no expressions, no generated
     *     columns
     */
    public record UniqueIndex(String name, boolean primary, List<String> columns, boolean plain) {
        public UniqueIndex {
            columns = List.copyOf(columns);
        }
    }

    /** Reference from this table's {@code columns} to {@code parent}'s {@code parentColumns}. */
    public record ForeignKey(
            String name,
            List<String> columns,
            TableName parent,
            List<String> parentColumns,
            boolean changesChildOnParentChange) {
        public ForeignKey {
            columns = List.copyOf(columns);
            parentColumns = List.copyOf(parentColumns);
        }
    }

    /**
     * A user function or procedure.
     *
     * @param readOnly only if the engine's catalogue guarantees it
     * @param mayDiffer its code is not in {@link Code}, and the engine's catalogue does not say
     *     that it gives the same for the same input and contents
     */
    public record Routine(String name, boolean procedure, boolean readOnly, boolean mayDiffer) {}

    /**
     * SQL that the engine runs when a text names something, as far as its catalogue shows it.
     *
     * @param byName by view, table, type, routine (lower case, without schema) or operator: the
     *     view's query, the table's row security, the type's checks and casts, the routine's body,
     *     a call of the operator's function; by {@link #REFRESH} and a materialized view's name,
     *     the query that fills it
     * @param triggers by table
     */
    public record Code(Map<String, List<String>> byName, Map<TableName, List<Trigger>> triggers) {
        public static final Code NONE = new Code(Map.of(), Map.of());

        /**
         * In front of the name of a materialized view: what runs when it is filled, not when it is
         * read.
         */
        public static final String REFRESH = "refresh ";

        public Code {
            byName = Map.copyOf(byName);
            triggers = Map.copyOf(triggers);
        }
    }

    /**
     * A trigger.
     *
     * @param events some of INSERT, UPDATE, DELETE and TRUNCATE
     * @param body what it runs, or null where the engine does not show it
     */
    public record Trigger(Set<String> events, String body) {
        public Trigger {
            events = Set.copyOf(events);
        }
    }
}
