package io.lockstep.controller.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a text does with sequences, in every spelling that one of the engines has. */
final class SequenceUses {
    private final Tokens tokens;
    private final Set<String> sessionValues;
    private final boolean namesAreStrings;
    private final Set<String> names = new LinkedHashSet<>();
    private final List<Draw> draws = new ArrayList<>();
    private int count;
    private boolean unnamed;

    /**
     * The next value of a sequence.
     *
     * @param from first token
     * @param to behind the last token
     */
    record Draw(String sequence, int from, int to) {}

    /**
     * Uses in one text.
     *
     * @param sessionValues gets what asks for this connection's own last value
     * @param namesAreStrings true without MariaDB: to the others a bare name is a column's
     */
    SequenceUses(Tokens tokens, Set<String> sessionValues, boolean namesAreStrings) {
        this.namesAreStrings = namesAreStrings;
        this.tokens = tokens;
        this.sessionValues = sessionValues;
    }

    /** NEXT, PREVIOUS and CURRENT VALUE FOR. */
    void valueFor(int i) {
        if (!tokens.are(i + 1, "VALUE", "FOR")) {
            return;
        }
        if (!tokens.is(i, "NEXT")) {
            sessionValues.add(tokens.word(i) + " VALUE FOR");
            return;
        }
        SqlName name = SqlName.at(tokens, i + 3);
        count++;
        if (name == null) {
            unnamed = true;
        } else {
            names.add(name.name());
            draws.add(new Draw(name.name(), i, name.end()));
        }
    }

    /** {@code name.NEXTVAL}, where the engine has it so. */
    void valueOf(int i) {
        if (tokens.is(i, "CURRVAL")) {
            sessionValues.add("CURRVAL");
            return;
        }
        int from = i - 2;
        while (tokens.symbol(from - 1, '.') && tokens.isName(from - 2)) {
            from -= 2;
        }
        count++;
        names.add(tokens.name(i - 2));
        draws.add(new Draw(tokens.name(i - 2), from, i + 1));
    }

    /** nextval, setval and their kind. */
    void call(int i) {
        int close = tokens.closing(i + 1);
        int argument = i + 2;
        boolean schemaFirst =
                isString(argument) && tokens.symbol(argument + 1, ',') && isString(argument + 2);
        if (schemaFirst) {
            argument += 2; // H2's nextval('schema', 'name')
        }
        String name = null;
        int end = argument + 1;
        if (isString(argument)) {
            name = SequenceName.inString(tokens.raw(argument));
            end = castToName(end) ? end + 3 : end;
        } else if (!namesAreStrings && tokens.isName(argument)) {
            SqlName written = SqlName.at(tokens, argument);
            name = written == null ? null : written.name();
            end = written == null ? end : written.end();
        }
        count++;
        boolean whole = end == close || tokens.symbol(end, ',');
        if (name == null || !whole) {
            unnamed = true;
            return;
        }
        names.add(name);
        if (end == close && !schemaFirst && tokens.name(i).equals("nextval")) {
            int from = i;
            while (tokens.symbol(from - 1, '.') && tokens.isName(from - 2)) {
                from -= 2;
            }
            draws.add(new Draw(name, from, close + 1));
        }
    }

    private boolean isString(int i) {
        return i < tokens.count() && tokens.kind(i) == Tokens.Kind.STRING;
    }

    /** {@code ::regclass}. */
    private boolean castToName(int from) {
        return tokens.symbol(from, ':')
                && tokens.symbol(from + 1, ':')
                && tokens.is(from + 2, "REGCLASS");
    }

    /** Lower case, without schema. */
    Set<String> names() {
        return names;
    }

    /** Next values of sequences that are named. */
    List<Draw> draws() {
        return draws;
    }

    /** Something is drawn or set beside {@link #draws}. */
    boolean others() {
        return count > draws.size();
    }

    /** There is one whose name the text does not show. */
    boolean unnamed() {
        return unnamed;
    }

    boolean any() {
        return unnamed || !names.isEmpty();
    }
}
