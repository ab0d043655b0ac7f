package io.lockstep.controller.sql;

import io.lockstep.backends.counters.Counter;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.sql.SequenceUses.Draw;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** NEXT VALUE FOR and nextval: where one row asks, the controller draws for all databases. */
final class Draws {
    /** Functions that give one row for one row; others might give several, or none. */
    private static final Set<String> ONE_TO_ONE =
            Set.of(
                    "nextval",
                    "cast",
                    "concat",
                    "lpad",
                    "rpad",
                    "to_char",
                    "coalesce",
                    "abs",
                    "greatest",
                    "least",
                    "mod",
                    "upper",
                    "lower",
                    "trim",
                    "substr",
                    "substring",
                    "bigint",
                    "integer",
                    "int",
                    "char",
                    "varchar",
                    "decimal",
                    "numeric",
                    "now");

    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final Effects effects;

    Draws(Draft draft, Schema schema, Effects effects) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.effects = effects;
    }

    /**
     * Puts parameters in their place, unless one of the sequences is left to the databases.
     *
     * @param row tells for a token in which row it stands: by the standard all draws of one row
     *     from one sequence give the same value; PostgreSQL and MariaDB give another each time
     * @return true if nothing is left for the databases to draw
     */
    boolean replace(IntUnaryOperator row) {
        List<Draw> draws = effects.sequences().draws();
        boolean known =
                draft.allocates
                        && !draft.locksDatabase()
                        && !effects.sequences().others()
                        && draws.stream()
                                .allMatch(d -> schema.counters().ofSequence(d.sequence()) != null);
        if (!known) {
            return false;
        }
        boolean oncePerRow = schema.has("h2") || schema.has("derby");
        Map<String, Integer> drawn = new HashMap<>();
        for (Draw draw : draws) {
            Counter counter = schema.counters().ofSequence(draw.sequence());
            int index =
                    oncePerRow
                            ? drawn.computeIfAbsent(
                                    row.applyAsInt(draw.from()) + draw.sequence(),
                                    key -> draft.allocate(counter))
                            : draft.allocate(counter);
            draft.drawnAt.put(new Draft.Span(draw.from(), draw.to()), index);
            draft.splices.number(
                    tokens.start(draw.from()), tokens.end(draw.to() - 1), texts(draw), index);
        }
        return true;
    }

    /** The expression with one parameter; an item of a SELECT keeps its heading. */
    private Map<String, String> texts(Draw draw) {
        boolean item =
                tokens.is(0, "SELECT")
                        && (draw.from() == 1 || tokens.symbol(draw.from() - 1, ','))
                        && (draw.to() == tokens.count()
                                || tokens.symbol(draw.to(), ',')
                                || tokens.is(draw.to(), "FROM"));
        Map<String, String> texts = new HashMap<>();
        for (Dialect dialect : schema.dialects()) {
            String heading =
                    switch (item ? dialect.name() : "") {
                        case "postgresql" -> " AS nextval";
                        case "mariadb" -> " AS `" + text(draw).replace("`", "") + "`";
                        default -> "";
                    };
            texts.put(dialect.name(), Splices.number(dialect.name()) + heading);
        }
        return texts;
    }

    private String text(Draw draw) {
        return tokens.text().substring(tokens.start(draw.from()), tokens.end(draw.to() - 1));
    }

    /** A query of one row that no table has a say in. */
    boolean oneRow(int verb) {
        boolean values = tokens.is(verb, "VALUES");
        int depth = 0;
        for (int i = verb; i < tokens.count(); i++) {
            depth += SelectShape.nesting(tokens, i);
            boolean severalRows = values && depth == 0 && tokens.symbol(i, ',');
            if (severalRows || ends(i, i == verb)) {
                return false;
            }
            boolean call = i > verb && tokens.isName(i) && tokens.symbol(i + 1, '(');
            if (call && !ONE_TO_ONE.contains(tokens.name(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean ends(int i, boolean first) {
        return switch (tokens.word(i)) {
            case "SELECT", "VALUES", "TABLE", "WITH" -> !first;
            case "UNION", "INTERSECT", "EXCEPT", "MINUS", "WHERE", "HAVING", "GROUP" -> true;
            case "LIMIT", "FETCH", "OFFSET", "ORDER", "DISTINCT", "TOP", "QUALIFY" -> true;
            case "FROM" -> !oneRowTable(i + 1);
            default -> false;
        };
    }

    private boolean oneRowTable(int i) {
        boolean dual = tokens.is(i, "DUAL") && i + 1 == tokens.count();
        return dual
                || (tokens.is(i, "SYSIBM")
                        && tokens.is(i + 2, "SYSDUMMY1")
                        && i + 3 == tokens.count());
    }

    /** What the databases draw themselves: in one order, alone, and read again afterwards. */
    void leaveToDatabases() {
        draft.resets |= effects.sequences().others();
        if (effects.sequences().unnamed()) {
            draft.lockDatabase("it takes a value of a sequence that the text does not name");
        }
        for (String sequence : effects.sequences().names()) {
            if (schema.counters().isHidden(sequence)) {
                draft.lockDatabase(sequence + " belongs to an identity column");
            }
            draft.written.add(sequence);
            draft.lockTable(sequence, LockMode.EXCLUSIVE);
            Counter counter = schema.counters().ofSequence(sequence);
            if (counter != null) {
                draft.drawn.add(counter);
            }
        }
    }
}
