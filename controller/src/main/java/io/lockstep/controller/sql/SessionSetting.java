package io.lockstep.controller.sql;

import java.time.ZoneId;
import java.util.List;

/**
 * What a SET and the like does to its session, as far as the controller must know.
 *
 * @param variable what it sets, in lower case: a later setting of the same takes its place; several
 *     in one text make one long name
 * @param searchPath the schemas in which it has unqualified names looked up, in order and in lower
 *     case, {@link #USUAL_SCHEMA} among them; null if it is about something else
 * @param zone the session's time zone from now on; null if it is about something else
 */
public record SessionSetting(Effect effect, String variable, List<String> searchPath, ZoneId zone) {
    /** Stands in a search path for the schema that the backends' connections begin with. */
    public static final String USUAL_SCHEMA = "";

    /** How long it holds. */
    public enum Effect {
        /** To the end of the session. */
        SET,
        /** To the end of the transaction. */
        SET_LOCAL,
        /** The variable is as in a new session again. */
        RESET,
        /** All variables are. */
        RESET_ALL,
        /** Does nothing to connections that are not kept between statements. */
        NOTHING
    }

    static SessionSetting of(Effect effect, String variable) {
        return new SessionSetting(effect, variable, null, null);
    }
}
