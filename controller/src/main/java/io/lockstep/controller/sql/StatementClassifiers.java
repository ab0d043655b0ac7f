package io.lockstep.controller.sql;

import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.dialect.Dialect;
import java.util.List;
import java.util.Set;

/** Makes classifiers. */
public final class StatementClassifiers {
    private StatementClassifiers() {}

    /** A classifier for a virtual database of whose code the configuration says nothing. */
    public static StatementClassifier create(
            List<Dialect> dialects, Catalogue initial, int cacheEntries) {
        return create(
                dialects,
                initial,
                Set.of(),
                false,
                Set.of(BackendSettings.MARKER_SCHEMA),
                cacheEntries);
    }

    /**
     * A classifier for one virtual database. Let it {@link StatementClassifier#warmUp} before the
     * first client comes.
     *
     * @param dialects of all its backends, in service or not; the strictest rule of any of them
     *     holds. Equal ones may be named several times.
     * @param initial the catalogue texts are judged by until {@link
     *     StatementClassifier#catalogueChanged}
     * @param readers names of functions and procedures, in lower case without schema, that only
     *     read whatever the catalogue says
     * @param acceptVolatileTriggers writes may fire triggers that ask the clock or chance: whoever
     *     configures it knows that they store nothing of it
     * @param ownSchemas names of the schemas, in lower case, where Lockstep's own tables are
     * @param cacheEntries largest number of texts to remember, 0 for none
     */
    public static StatementClassifier create(
            List<Dialect> dialects,
            Catalogue initial,
            Set<String> readers,
            boolean acceptVolatileTriggers,
            Set<String> ownSchemas,
            int cacheEntries) {
        return new CachingClassifier(
                dialects, initial, readers, acceptVolatileTriggers, ownSchemas, cacheEntries);
    }
}
