package io.lockstep.tests.broker;

import io.lockstep.tests.harness.database.Engine;
import java.util.List;

/** Two databases to put one virtual database on. */
record BackendPair(Engine first, Engine second) {
    static final List<BackendPair> ALL =
            List.of(
                    new BackendPair(Engine.DERBY, Engine.DERBY),
                    new BackendPair(Engine.H2, Engine.H2),
                    new BackendPair(Engine.POSTGRESQL, Engine.POSTGRESQL),
                    new BackendPair(Engine.POSTGRESQL, Engine.DERBY));

    Engine[] engines() {
        return new Engine[] {first, second};
    }

    @Override
    public String toString() {
        return first + "+" + second;
    }
}
