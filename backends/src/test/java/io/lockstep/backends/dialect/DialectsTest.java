package io.lockstep.backends.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectsTest {
    @Test
    void anUnknownUrlIsAnsweredWithWhatThereIs() {
        assertThatThrownBy(() -> Dialects.forUrl("jdbc:oracle:thin:scott/tiger@//h/x?password=p"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jdbc:postgresql://")
                .hasMessageContaining("jdbc:derby:")
                .hasMessageNotContaining("password=p");
        assertThatThrownBy(() -> Dialects.forUrl("jdbc:mysql://h/x"))
                .hasMessageContaining("write jdbc:mariadb://");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://h:5432/shop?sslmode=require",
                "jdbc:mariadb://h:3306/shop?sslMode=verify-full",
                "jdbc:h2:file:/data/shop;WRITE_DELAY=0",
                "jdbc:h2:tcp://h:9092/shop;write_delay=0;IFEXISTS=TRUE",
                "jdbc:derby:/data/shop;create=true",
                "jdbc:derby://h:1527/shop;create=true"
            })
    void goodUrlsHaveNoProblems(String url) {
        assertThat(Dialects.forUrl(url).urlProblems(url)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h/x?preferQueryMode=simple, preferQueryMode",
        "jdbc:postgresql://h/x?ssl=true&reWriteBatchedInserts=true, reWriteBatchedInserts",
        "jdbc:postgresql://h/x?autosave=always, autosave",
        "'jdbc:postgresql://h:1,i:2/x', several hosts",
        "jdbc:mariadb://h/x?allowMultiQueries=true, allowMultiQueries",
        "jdbc:mariadb://h/x?allowMultiQueries, allowMultiQueries",
        "jdbc:mariadb://h/x?useAffectedRows=1, useAffectedRows",
        "jdbc:mariadb:loadbalance://h/x, failover",
        "'jdbc:mariadb://h,i/x', failover",
        "jdbc:mariadb://h/x?sessionVariables=sql_mode=ANSI, sessionVariables",
        "jdbc:h2:file:/data/shop, WRITE_DELAY=0",
        "jdbc:h2:tcp://h/shop;WRITE_DELAY=500, WRITE_DELAY=0",
        "jdbc:h2:mem:x;DB_CLOSE_DELAY=-1, in-memory",
        "jdbc:h2:file:/x;WRITE_DELAY=0;MODE=MySQL, MODE",
        "jdbc:derby:memory:x;create=true, in-memory",
        "jdbc:derby:/x;shutdown=true, shutdown"
    })
    void dangerousUrlsAreNamed(String url, String expected) {
        assertThat(Dialects.forUrl(url).urlProblems(url))
                .singleElement()
                .asString()
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "postgresql, BLOB, -, BYTEA",
                "postgresql, VARBINARY, 100, BYTEA",
                "postgresql, DATETIME, 3, TIMESTAMP(3)",
                "postgresql, DATETIME, -, TIMESTAMP",
                "postgresql, DOUBLE, -, DOUBLE PRECISION",
                "postgresql, VARCHAR, 10, -",
                "postgresql, TIMESTAMP WITH TIME ZONE, -, -",
                "mariadb, BLOB, 1M, LONGBLOB",
                "mariadb, TEXT, -, LONGTEXT",
                "mariadb, TIMESTAMP, -, -",
                "derby, TEXT, -, CLOB",
                "derby, BYTEA, -, BLOB",
                "derby, VARBINARY, 30, VARCHAR(30) FOR BIT DATA",
                "derby, DATETIME, 6, TIMESTAMP",
                "derby, UUID, -, -",
                "h2, BYTEA, -, BLOB",
                "h2, DATETIME, 3, TIMESTAMP(3)",
                "h2, TIMESTAMPTZ, 3, TIMESTAMP(3) WITH TIME ZONE"
            })
    void typesInTheEnginesOwnWords(String engine, String name, String arguments, String expected) {
        assertThat(dialect(engine).nativeType(name, arguments, false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "mariadb, TIMESTAMP, -, DATETIME(6)",
                "mariadb, TIMESTAMP, 3, DATETIME(3)",
                "mariadb, VARCHAR, 20, VARCHAR(20) CHARACTER SET utf8mb4 COLLATE"
                        + " utf8mb4_nopad_bin",
                "mariadb, BLOB, -, LONGBLOB",
                "postgresql, BLOB, -, BYTEA"
            })
    void typesAmongOtherEngines(String engine, String name, String arguments, String expected) {
        assertThat(dialect(engine).nativeType(name, arguments, true)).isEqualTo(expected);
    }

    private static Dialect dialect(String name) {
        return switch (name) {
            case "postgresql" -> PostgresDialect.INSTANCE;
            case "mariadb" -> MariaDbDialect.INSTANCE;
            case "h2" -> H2Dialect.INSTANCE;
            default -> DerbyDialect.INSTANCE;
        };
    }

    @Test
    void dirtyReadsAreRaisedToReadCommitted() {
        for (String name : new String[] {"postgresql", "mariadb", "h2", "derby"}) {
            Dialect dialect = dialect(name);
            assertThat(dialect.effectiveIsolation(Connection.TRANSACTION_READ_UNCOMMITTED))
                    .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(dialect.effectiveIsolation(Connection.TRANSACTION_SERIALIZABLE))
                    .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        }
    }

    @Test
    void theUrlWinsOverOurDriverSettings() {
        Duration limit = Duration.ofSeconds(5);
        assertThat(MariaDbControl.INSTANCE.properties("jdbc:mariadb://h/x", limit))
                .containsEntry("connectTimeout", "5000");
        assertThat(MariaDbControl.INSTANCE.properties("jdbc:mariadb://h/x?connectTimeout=1", limit))
                .doesNotContainKey("connectTimeout");
    }
}
