package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.dialect.Dialect;
import java.util.List;
import java.util.Set;

/** Makes classifiers. */
public final class StatementClassifiers {
    private StatementClassifiers() {}

    /**
     * A classifier for one virtual database. Let it {@link StatementClassifier#warmUp} before the
     * first client comes.
     *
     * @param dialects of all its backends, in service or not; the strictest rule of any of them
     *     holds. Equal ones may be named several times.
     * @param initial the catalogue texts are judged by until {@link
     *     StatementClassifier#catalogueChanged}
     * @param cacheEntries largest number of texts to remember, 0 for none
     */
    public static StatementClassifier create(
            List<Dialect> dialects, Catalogue initial, int cacheEntries) {
        return create(dialects, initial, Set.of(), cacheEntries);
    }

    /**
     * As {@link #create(List, Catalogue, int)}.
     *
     * @param readers names of functions and procedures, in lower case without schema, that only
     *     read whatever the catalogue says
     */
    public static StatementClassifier create(
            List<Dialect> dialects, Catalogue initial, Set<String> readers, int cacheEntries) {
        return new CachingClassifier(dialects, initial, readers, cacheEntries);
    }
}
