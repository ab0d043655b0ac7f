package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.dialect.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The classifier of one virtual database: a cache in front of {@link Classification}. */
final class CachingClassifier implements StatementClassifier {
    /** Longer texts are rarely sent twice and would fill the memory. */
    private static final int CACHED_LENGTH_MAX = 8 * 1024;

    /**
     * A catalogue and the classes computed by it. They are replaced together, so a class computed
     * by an older catalogue can only get into the older cache, which nobody asks any more.
     */
    private record Generation(Schema schema, ClassCache cache) {}

    private final List<Dialect> dialects;
    private final Set<String> readers;
    private final int cacheEntries;
    private volatile Generation current;

    CachingClassifier(
            List<Dialect> dialects, Catalogue initial, Set<String> readers, int cacheEntries) {
        this.readers = readers;
        this.dialects = distinct(dialects);
        this.cacheEntries = cacheEntries;
        this.current = generation(initial);
    }

    private static List<Dialect> distinct(List<Dialect> dialects) {
        List<Dialect> distinct = new ArrayList<>();
        for (Dialect dialect : dialects) {
            if (distinct.stream().noneMatch(known -> known.name().equals(dialect.name()))) {
                distinct.add(dialect);
            }
        }
        if (distinct.isEmpty()) {
            throw new IllegalArgumentException("a virtual database without any dialect");
        }
        return List.copyOf(distinct);
    }

    private Generation generation(Catalogue catalogue) {
        return new Generation(
                new Schema(catalogue, dialects, readers), new ClassCache(cacheEntries));
    }

    @Override
    public StatementClass classify(String sql) {
        Generation generation = current;
        StatementClass known = generation.cache().get(sql);
        if (known != null) {
            return known;
        }
        StatementClass computed = Classification.of(sql, generation.schema());
        return sql.length() > CACHED_LENGTH_MAX ? computed : generation.cache().add(sql, computed);
    }

    @Override
    public void catalogueChanged(Catalogue catalogue) {
        Generation old;
        synchronized (this) { // two changes at once: each supersedes the one it replaces
            old = current;
            current = generation(catalogue);
        }
        old.schema().supersede();
    }

    @Override
    public void warmUp() {
        WarmUp.run(current.schema());
    }
}
