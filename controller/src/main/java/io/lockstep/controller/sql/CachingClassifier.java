package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.dialect.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The classifier of one virtual database: a cache in front of {@link Classification}. */
final class CachingClassifier implements StatementClassifier {
    /** Longer texts are rarely sent twice and would fill the memory. */
    private static final int CACHED_LENGTH_MAX = 8 * 1024;

    /**
     * A catalogue and the classes computed by it. They are replaced together, so a class computed
     * by an older catalogue can only get into the older cache, which nobody asks any more.
     */
    private record Generation(
            Schema schema, ClassCache cache, Map<List<String>, Generation> byPath) {
        StatementClass classify(String sql) {
            StatementClass known = cache.get(sql);
            if (known != null) {
                return known;
            }
            StatementClass computed = Classification.of(sql, schema);
            return sql.length() > CACHED_LENGTH_MAX ? computed : cache.add(sql, computed);
        }
    }

    /** Paths whose classes are kept; along any other each text is judged anew each time. */
    private static final int PATHS_MAX = 16;

    private final List<Dialect> dialects;
    private final Set<String> readers;
    private final int cacheEntries;
    private final boolean acceptVolatileTriggers;
    private final Set<String> ownSchemas;
    private volatile Generation current;

    CachingClassifier(
            List<Dialect> dialects,
            Catalogue initial,
            Set<String> readers,
            boolean acceptVolatileTriggers,
            Set<String> ownSchemas,
            int cacheEntries) {
        this.readers = readers;
        this.dialects = distinct(dialects);
        this.cacheEntries = cacheEntries;
        this.acceptVolatileTriggers = acceptVolatileTriggers;
        this.ownSchemas = ownSchemas;
        this.current = generation(schema(initial));
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

    private Schema schema(Catalogue catalogue) {
        return new Schema(catalogue, dialects, readers, acceptVolatileTriggers, ownSchemas);
    }

    private Generation generation(Schema schema) {
        return new Generation(schema, new ClassCache(cacheEntries), new ConcurrentHashMap<>());
    }

    @Override
    public StatementClass classify(String sql) {
        return current.classify(sql);
    }

    @Override
    public StatementClass classify(String sql, List<String> searchPath) {
        Generation usual = current;
        if (searchPath == null) {
            return usual.classify(sql);
        }
        Generation along = usual.byPath().get(searchPath);
        if (along == null) {
            along = generation(usual.schema().along(searchPath));
            if (usual.byPath().size() < PATHS_MAX) {
                usual.byPath().putIfAbsent(searchPath, along);
            }
        }
        return along.classify(sql);
    }

    @Override
    public List<Counter> counters() {
        return current.schema().counters().all();
    }

    @Override
    public void catalogueChanged(Catalogue catalogue) {
        Generation old;
        synchronized (this) { // two changes at once: each supersedes the one it replaces
            old = current;
            current = generation(schema(catalogue));
        }
        old.schema().supersede();
    }

    @Override
    public void warmUp() {
        WarmUp.run(current.schema());
    }
}
