package io.lockstep.controller.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What a text does with sequences, in every spelling that one of the engines has. */
final class SequenceUses {
    private final Tokens tokens;
    private final Set<String> sessionValues;
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

    /** {@code sessionValues} gets what asks for this connection's own last value. */
    SequenceUses(Tokens tokens, Set<String> sessionValues) {
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
        int argument = i + 2;
        int close = tokens.closing(i + 1);
        String name = null;
        boolean plain = true;
        if (argument < tokens.count() && tokens.kind(argument) == Tokens.Kind.STRING) {
            String raw = tokens.raw(argument).toLowerCase(Locale.ROOT);
            String letters = raw.replaceAll("[^a-z0-9_.$]", "");
            name = letters.substring(letters.lastIndexOf('.') + 1);
            plain = close == argument + 1 || castToName(argument + 1, close);
        } else {
            SqlName written = SqlName.at(tokens, argument);
            if (written != null && tokens.isName(argument)) {
                name = written.name();
                plain = close == written.end();
            }
        }
        count++;
        if (name == null) {
            unnamed = true;
            return;
        }
        names.add(name);
        if (plain && tokens.name(i).equals("nextval")) {
            int from = i;
            while (tokens.symbol(from - 1, '.') && tokens.isName(from - 2)) {
                from -= 2;
            }
            draws.add(new Draw(name, from, close + 1));
        }
    }

    /** {@code ::regclass}. */
    private boolean castToName(int from, int close) {
        return tokens.symbol(from, ':')
                && tokens.symbol(from + 1, ':')
                && tokens.is(from + 2, "REGCLASS")
                && close == from + 3;
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
