package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Routine;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.dialect.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What texts are judged by: one catalogue and the engines that hold it, indexed the way the
 * classifier asks. Immutable but for {@link #superseded}.
 */
final class Schema {
    /** A foreign key of {@code child} to the table asked about. */
    record Reference(Table child, ForeignKey key) {
        /** Cascades, sets null or default: rows of the child change with the parent's. */
        boolean changesChild() {
            return key.changesChildOnParentChange();
        }
    }

    private final Catalogue catalogue;
    private final List<Dialect> dialects;
    private final Map<String, List<Table>> byName = new HashMap<>();
    private final Map<String, List<Reference>> references = new HashMap<>();
    private final Map<String, String> roots = new HashMap<>();
    private final Set<String> engines = new HashSet<>();
    private final boolean inListPins;
    private final Set<String> readers;
    private final Set<String> ownSchemas;
    private final List<String> searchPath;
    private final Schema usual; // null if this is the usual one
    private final CounterIndex counters;
    private final HiddenCode hiddenCode;
    private final boolean acceptsVolatileTriggers;
    private volatile boolean superseded;

    /** Nothing is configured. */
    Schema(Catalogue catalogue, List<Dialect> dialects) {
        this(catalogue, dialects, Set.of(), false, Set.of());
    }

    /**
     * A schema as the configuration has it judged.
     *
     * @param readers names of functions and procedures, in lower case, of which the configuration
     *     says that they only read and, where their code is not shown, give the same everywhere
     * @param acceptsVolatileTriggers the configuration says that nothing of what triggers ask of
     *     the clock is stored
     * @param ownSchemas names of the schemas, in lower case, where Lockstep's own tables are
     */
    Schema(
            Catalogue catalogue,
            List<Dialect> dialects,
            Set<String> readers,
            boolean acceptsVolatileTriggers,
            Set<String> ownSchemas) {
        this(
                catalogue,
                dialects,
                readers,
                acceptsVolatileTriggers,
                ownSchemas,
                List.of(SessionSetting.USUAL_SCHEMA),
                null);
    }

    private Schema(
            Catalogue catalogue,
            List<Dialect> dialects,
            Set<String> readers,
            boolean acceptsVolatileTriggers,
            Set<String> ownSchemas,
            List<String> searchPath,
            Schema usual) {
        this.searchPath = List.copyOf(searchPath);
        this.usual = usual;
        this.readers = Set.copyOf(readers);
        this.ownSchemas = Set.copyOf(ownSchemas);
        this.acceptsVolatileTriggers = acceptsVolatileTriggers;
        this.catalogue = catalogue;
        this.dialects = List.copyOf(dialects);
        this.inListPins = dialects.stream().allMatch(Dialect::inListPins);
        dialects.forEach(dialect -> engines.add(dialect.name()));
        catalogue.roots().forEach((child, root) -> roots.put(child.lockName(), root.lockName()));
        for (Table table : catalogue.tables().values()) {
            byName.computeIfAbsent(table.name().lockName(), n -> new ArrayList<>()).add(table);
            for (ForeignKey key : table.foreignKeys()) {
                references
                        .computeIfAbsent(key.parent().lockName(), n -> new ArrayList<>())
                        .add(new Reference(table, key));
            }
        }
        this.hiddenCode = new HiddenCode(catalogue, this);
        this.hiddenCode.resolve(catalogue);
        this.counters = new CounterIndex(catalogue, this);
    }

    /** What numbers rows, as far as the controller can do it. */
    CounterIndex counters() {
        return counters;
    }

    /** What views, types, operators and routines run. */
    HiddenCode hiddenCode() {
        return hiddenCode;
    }

    /** The configuration says that what triggers ask of the clock is not stored. */
    boolean acceptsVolatileTriggers() {
        return acceptsVolatileTriggers;
    }

    /** What the triggers of the table run when one of these events happens to it. */
    HiddenCode.Reach triggered(Table table, Set<String> events) {
        return hiddenCode.ofTriggers(
                catalogue.code().triggers().getOrDefault(table.name(), List.of()), events);
    }

    List<Dialect> dialects() {
        return dialects;
    }

    /** Whether Lockstep's own tables are in a schema of this name, in lower case. */
    boolean isOwn(String schema) {
        return ownSchemas.contains(schema);
    }

    /**
     * Whether the catalogue shows what routines of this schema run, as it does of its own alone.
     *
     * @param of null for unqualified names
     */
    boolean showsCode(String of) {
        return of == null
                ? searchPath.get(0).equals(SessionSetting.USUAL_SCHEMA)
                : of.equalsIgnoreCase(catalogue.defaultSchema());
    }

    boolean has(String engine) {
        return engines.contains(engine);
    }

    boolean hasOnly(String engine) {
        return engines.size() == 1 && engines.contains(engine);
    }

    /** Backends of more than one engine. */
    boolean mixed() {
        return engines.size() > 1;
    }

    /** Lock name of the table that has a unique index of this name. */
    Optional<String> tableOfIndex(String lowerCaseName) {
        return catalogue.tables().values().stream()
                .filter(
                        table ->
                                table.uniqueIndexes().stream()
                                        .anyMatch(i -> i.name().equalsIgnoreCase(lowerCaseName)))
                .map(table -> table.name().lockName())
                .findFirst();
    }

    /** An IN list over the primary key locks the rows named and no others, on every engine. */
    boolean inListPins() {
        return inListPins;
    }

    /** Empty if unknown or ambiguous: the caller then locks the table by its name alone. */
    Optional<Table> find(SqlName name) {
        List<Table> candidates = byName.getOrDefault(name.name(), List.of());
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        if (name.schema() != null) {
            return catalogue.find(name.schema(), name.name());
        }
        for (String schema : searchPath) {
            boolean byDefault = schema.equals(SessionSetting.USUAL_SCHEMA);
            Optional<Table> found = catalogue.find(byDefault ? null : schema, name.name());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /**
     * The same for a session that has unqualified names looked up elsewhere.
     *
     * @param path schemas in order, {@link SessionSetting#USUAL_SCHEMA} among them
     */
    Schema along(List<String> path) {
        return new Schema(
                catalogue, dialects, readers, acceptsVolatileTriggers, ownSchemas, path, this);
    }

    /** The tables and views of this name in all schemas. */
    List<Table> named(String lowerCaseName) {
        return byName.getOrDefault(lowerCaseName, List.of());
    }

    /** Some table or view has this name, in whatever schema. */
    boolean knows(String lowerCaseName) {
        return byName.containsKey(lowerCaseName);
    }

    /** Some view has this name: what it reads or writes underneath is not known. */
    boolean isView(String lowerCaseName) {
        return byName.getOrDefault(lowerCaseName, List.of()).stream()
                .anyMatch(table -> table.kind() == Catalogue.Kind.VIEW);
    }

    /** Tables with a foreign key to the table of this lock name. */
    List<Reference> referencesTo(String lockName) {
        return references.getOrDefault(lockName, List.of());
    }

    boolean isSequence(String lowerCaseName) {
        return catalogue.sequences().contains(lowerCaseName);
    }

    Optional<Routine> routine(String lowerCaseName) {
        String name = lowerCaseName.toLowerCase(Locale.ROOT);
        Optional<Routine> known = Optional.ofNullable(catalogue.routines().get(name));
        return readers.contains(name)
                ? Optional.of(
                        new Routine(name, known.map(Routine::procedure).orElse(false), true, false))
                : known;
    }

    /** The configuration says that it only reads, and gives the same everywhere. */
    boolean declaredReader(String lowerCaseName) {
        return readers.contains(lowerCaseName);
    }

    /** What a table is locked by: partitions and inheritance children by their root. */
    String root(String lockName) {
        return roots.getOrDefault(lockName, lockName);
    }

    /** Rows of other tables, partitions or inheritance children, are found under this name too. */
    boolean hasHeirs(String lockName) {
        return roots.containsValue(lockName);
    }

    /** A newer catalogue has replaced this one. */
    boolean superseded() {
        return superseded || (usual != null && usual.superseded());
    }

    void supersede() {
        superseded = true;
    }
}
