package io.lockstep.controller.sql;

/**
 * A possibly qualified name as a text has it, in lower case, without quotes.
 *
 * @param schema null if the text gives none
 * @param end index of the first token behind the name
 */
record SqlName(String schema, String name, int end) {
    /** The name at token {@code at}, or null if there is none. */
    static SqlName at(Tokens tokens, int at) {
        if (!tokens.isName(at)) {
            return null;
        }
        String schema = null;
        String name = tokens.name(at);
        int next = at + 1;
        while (tokens.symbol(next, '.') && tokens.isName(next + 1)) {
            schema = name;
            name = tokens.name(next + 1);
            next += 2;
        }
        return new SqlName(schema, name, next);
    }

    @Override
    public String toString() {
        return schema == null ? name : schema + "." + name;
    }
}
