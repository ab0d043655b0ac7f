package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.Dialects;
import java.util.List;

/** The four engines, by the corpus's abbreviations. */
final class TestDialects {
    static final Dialect POSTGRESQL = Dialects.forUrl("jdbc:postgresql://localhost/shop");
    static final Dialect H2 = Dialects.forUrl("jdbc:h2:file:./shop;WRITE_DELAY=0");
    static final Dialect DERBY = Dialects.forUrl("jdbc:derby:shop");
    static final Dialect MARIADB = Dialects.forUrl("jdbc:mariadb://localhost/shop");

    static final List<Dialect> ALL = List.of(POSTGRESQL, H2, DERBY, MARIADB);

    private TestDialects() {}

    /**
     * {@code *} for all, or some of {@code pg}, {@code h2}, {@code derby}, {@code maria} with +.
     */
    static List<Dialect> of(String abbreviations) {
        if (abbreviations.equals("*")) {
            return ALL;
        }
        return List.of(abbreviations.split("\\+", -1)).stream().map(TestDialects::one).toList();
    }

    private static Dialect one(String abbreviation) {
        return switch (abbreviation) {
            case "pg" -> POSTGRESQL;
            case "h2" -> H2;
            case "derby" -> DERBY;
            case "maria" -> MARIADB;
            default -> throw new IllegalArgumentException("no engine " + abbreviation);
        };
    }
}
