package io.lockstep.tests.sql;

import io.lockstep.tests.harness.TestSettings;
import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.util.List;
import java.util.Random;

/** Two databases each: twice the same make, and one mixed pair. */
enum EnginePairs {
    POSTGRESQL(Engine.POSTGRESQL, Engine.POSTGRESQL),
    MARIADB(Engine.MARIADB, Engine.MARIADB),
    H2(Engine.H2, Engine.H2),
    DERBY(Engine.DERBY, Engine.DERBY),
    MIXED(Engine.POSTGRESQL, Engine.H2);

    private final Engine first;
    private final Engine second;

    EnginePairs(Engine first, Engine second) {
        this.first = first;
        this.second = second;
    }

    TestedDatabase fresh() {
        return TestedDatabase.over(first, second);
    }

    List<Engine> engines() {
        return List.of(first, second);
    }

    boolean has(Engine engine) {
        return first == engine || second == engine;
    }

    /** All of them, or PostgreSQL and another one. */
    static List<EnginePairs> chosen(Class<?> test) {
        if (TestSettings.full()) {
            return List.of(values());
        }
        Random random = TestSettings.random("engines of " + test.getSimpleName());
        return List.of(POSTGRESQL, values()[1 + random.nextInt(values().length - 1)]);
    }
}
