package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Table;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The word DEFAULT outside of the rows of INSERT .. VALUES: in SET, in what an upsert does to the
 * row it meets, in MERGE. Each database would evaluate the column's default for itself, so a clock
 * is decided once here and what cannot be is refused.
 */
final class DefaultWords {
    private final Draft draft;
    private final Tokens tokens;
    private final Schema schema;
    private final boolean oneRow;

    /** {@code oneRow}: the statement writes one row at most. */
    DefaultWords(Draft draft, Schema schema, boolean oneRow) {
        this.draft = draft;
        this.tokens = draft.tokens;
        this.schema = schema;
        this.oneRow = oneRow;
    }

    /**
     * Looks after every such word.
     *
     * @param from first token that may be one without brackets: behind the rows of INSERT .. VALUES
     * @param targets the written tables
     */
    void decide(int from, List<Table> targets) {
        for (int i = 0; i < tokens.count(); i++) {
            if (!tokens.is(i, "DEFAULT") || tokens.is(i + 1, "VALUES")) {
                continue;
            }
            int close = tokens.closing(i + 1);
            if (tokens.symbol(i + 1, '(') && tokens.isName(close - 1)) {
                ofColumn(tokens.name(close - 1), targets);
            } else if (i >= from) { // before that, the rows of VALUES are completed elsewhere
                word(i, targets);
            }
        }
    }

    private void word(int i, List<Table> targets) {
        if (tokens.symbol(i - 1, '=') && tokens.isName(i - 2)) {
            String name = tokens.name(i - 2);
            targets.stream()
                    .map(table -> table.column(name))
                    .flatMap(Optional::stream)
                    .findFirst()
                    .ifPresent(column -> assigned(column, i));
        } else {
            targets.stream().flatMap(table -> table.columns().stream()).forEach(this::anyColumn);
        }
    }

    /** MariaDB's {@code DEFAULT(column)}, wherever it stands. */
    private void ofColumn(String name, List<Table> targets) {
        Set<String> others = new LinkedHashSet<>(draft.read);
        others.addAll(draft.written);
        Stream.concat(targets.stream(), others.stream().flatMap(o -> schema.named(o).stream()))
                .map(table -> table.column(name))
                .flatMap(Optional::stream)
                .forEach(this::anyColumn);
    }

    private void assigned(Column column, int word) {
        ColumnDefault standard = ColumnDefault.of(column, schema);
        switch (standard.kind()) {
            case DECIDED -> {
                Occurrence occurrence = standard.decided();
                if (Rewrites.holdClock(draft, schema, standard)) {
                    return;
                }
                if (occurrence.decided().perRow() && !oneRow) {
                    refuse(column, standard);
                    return;
                }
                draft.splices.decide(
                        tokens.start(word),
                        tokens.end(word),
                        "",
                        DecidedValue.of(occurrence.decided(), occurrence.precision(), schema));
                draft.note("the default of " + column.name() + " is decided once");
            }
            case NUMBERED, VOLATILE -> refuse(column, standard);
            case CONSTANT, CONSTANT_UNKNOWN, OTHER -> {}
        }
    }

    /** Which column it stands for cannot be told from its place. */
    private void anyColumn(Column column) {
        ColumnDefault standard = ColumnDefault.of(column, schema);
        switch (standard.kind()) {
            case DECIDED, NUMBERED, VOLATILE -> refuse(column, standard);
            case CONSTANT, CONSTANT_UNKNOWN, OTHER -> {}
        }
    }

    private void refuse(Column column, ColumnDefault standard) {
        if (Rewrites.holdClock(draft, schema, standard)) {
            return;
        }
        draft.refuse(
                Refusals.defaultWord(
                        column.name(),
                        column.defaultExpression() == null
                                ? "its next number"
                                : column.defaultExpression()));
    }
}
