package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.counters.Counter;
import java.util.List;

/**
 * Says what a text is. Never throws for bad SQL: what cannot be understood is an ordered write,
 * what cannot be replicated is {@link StatementKind#REFUSED} with a reason.
 */
public interface StatementClassifier {
    /** Cached by text; a hit costs well under 2 microseconds. */
    StatementClass classify(String sql);

    /**
     * As {@link #classify(String)} for a session that has unqualified names looked up elsewhere.
     *
     * @param searchPath schemas in order, in lower case, {@link SessionSetting#USUAL_SCHEMA} among
     *     them; null for the usual one
     */
    StatementClass classify(String sql, List<String> searchPath);

    /** What numbers rows and can be counted by the controller, by the catalogue it judges by. */
    List<Counter> counters();

    /** Replaces the schema that texts are judged by and forgets every cached class. */
    void catalogueChanged(Catalogue catalogue);

    /**
     * Has the parser and the classifier loaded and compiled: takes up to about a second on the
     * calling thread and spares the first clients some milliseconds each. Call once at controller
     * start, off the event loops.
     */
    default void warmUp() {}
}
