package io.lockstep.tests.backends;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.catalogue.CatalogueDifference;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.tests.harness.database.Engine;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One portable schema on PostgreSQL and on each other engine does not differ. */
class MixedEnginesTest {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(2);

    @ParameterizedTest
    @EnumSource(Engine.class)
    void onePortableSchemaIsTheSameEverywhere(Engine engine) throws SQLException {
        try (RealBackend postgres = RealBackend.open(Engine.POSTGRESQL, LOCK_WAIT);
                RealBackend other = RealBackend.open(engine, LOCK_WAIT)) {
            boolean mixed = engine != Engine.POSTGRESQL;
            create(postgres, mixed);
            create(other, mixed);
            assertThat(differences(postgres, other, !mixed)).isEmpty();

            BackendConnection connection = other.borrow();
            RealBackend.execute(connection, "CREATE UNIQUE INDEX odd ON msgs (prod)");
            connection.release();
            assertThat(differences(postgres, other, !mixed))
                    .containsExactly(
                            "table msgs: unique index over [prod] is missing in PostgreSQL");
        }
    }

    private static List<String> differences(
            RealBackend postgres, RealBackend other, boolean sameEngine) throws SQLException {
        return CatalogueDifference.between(
                "PostgreSQL",
                postgres.backend().readCatalogue(),
                "other",
                other.backend().readCatalogue(),
                sameEngine);
    }

    private static void create(RealBackend real, boolean mixed) throws SQLException {
        Dialect dialect = real.backend().dialect();
        BackendConnection connection = real.borrow();
        RealBackend.execute(
                connection,
                "CREATE TABLE msgs (id BIGINT NOT NULL PRIMARY KEY, prod "
                        + type(dialect, "VARCHAR", "250", mixed)
                        + " NOT NULL, msg "
                        + type(dialect, "BLOB", null, mixed)
                        + ", body "
                        + type(dialect, "CLOB", null, mixed)
                        + ", sent "
                        + type(dialect, "DATETIME", null, mixed)
                        + ", d "
                        + type(dialect, "DOUBLE", null, mixed)
                        + ", t "
                        + type(dialect, "TINYINT", null, mixed)
                        + ", f BOOLEAN, n DECIMAL(10,2), born DATE)");
        RealBackend.execute(
                connection,
                "CREATE TABLE acks (c "
                        + type(dialect, "VARCHAR", "100", mixed)
                        + " NOT NULL, p BIGINT DEFAULT 5 NOT NULL, m BIGINT, PRIMARY KEY (c, p),"
                        + " FOREIGN KEY (m) REFERENCES msgs (id))");
        connection.release();
    }

    private static String type(Dialect dialect, String name, String arguments, boolean mixed) {
        String own = dialect.nativeType(name, arguments, mixed);
        if (own != null) {
            return own;
        }
        return arguments == null ? name : name + "(" + arguments + ")";
    }
}
