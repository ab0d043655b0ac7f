package io.lockstep.backends.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Codes that are hard to provoke; the common ones are provoked on real engines elsewhere. */
class FailureTableTest {
    private static final Dialect POSTGRES = PostgresDialect.INSTANCE;
    private static final Dialect MARIADB = MariaDbDialect.INSTANCE;
    private static final Dialect H2 = H2Dialect.INSTANCE;
    private static final Dialect DERBY = DerbyDialect.INSTANCE;

    private static FailureClass classify(Dialect dialect, String state, int code) {
        return dialect.classify(new SQLException("test", state, code));
    }

    @ParameterizedTest
    @CsvSource({
        "23505, DUPLICATE_KEY",
        "23P01, CONSTRAINT",
        "23503, FOREIGN_KEY",
        "42P07, OBJECT_EXISTS",
        "42710, OBJECT_EXISTS",
        "42P01, OBJECT_MISSING",
        "42704, OBJECT_MISSING",
        "42601, SYNTAX",
        "42804, SYNTAX",
        "22001, DATA",
        "22P02, DATA",
        "42501, PERMISSION",
        "28P01, PERMISSION",
        "40P01, DEADLOCK",
        "55P03, LOCK_TIMEOUT",
        "40001, SERIALIZATION",
        "57014, CANCELLED",
        "25P02, DOOMED",
        "25006, RESOURCE",
        "53100, RESOURCE",
        "53200, RESOURCE",
        "53300, RESOURCE",
        "58030, RESOURCE",
        "XX001, RESOURCE",
        "57P01, CONNECTION",
        "57P02, CONNECTION",
        "57P03, CONNECTION",
        "57P05, CONNECTION",
        "25P03, CONNECTION",
        "08006, CONNECTION",
        "08003, CONNECTION",
        "0A000, NOT_SUPPORTED",
        "P0001, CONSTRAINT",
        "XX000, OTHER",
        "55000, OTHER"
    })
    void postgres(String state, FailureClass expected) {
        assertThat(classify(POSTGRES, state, 0)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1062, 23000, DUPLICATE_KEY",
        "1586, 23000, DUPLICATE_KEY",
        "1050, 42S01, OBJECT_EXISTS",
        "1061, 42000, OBJECT_EXISTS",
        "1146, 42S02, OBJECT_MISSING",
        "1051, 42S02, OBJECT_MISSING",
        "1091, 42000, OBJECT_MISSING",
        "1451, 23000, FOREIGN_KEY",
        "1452, 23000, FOREIGN_KEY",
        "1048, 23000, CONSTRAINT",
        "4025, 23000, CONSTRAINT",
        "1644, 45000, CONSTRAINT",
        "1064, 42000, SYNTAX",
        "1406, 22001, DATA",
        "1264, 22003, DATA",
        "1142, 42000, PERMISSION",
        "1045, 28000, PERMISSION",
        "1213, 40001, DEADLOCK",
        "1205, HY000, LOCK_TIMEOUT",
        "1020, HY000, SERIALIZATION",
        "1317, 70100, CANCELLED",
        "1969, 70100, CANCELLED",
        "1021, HY000, RESOURCE",
        "1040, 08004, RESOURCE",
        "1114, HY000, RESOURCE",
        "1290, HY000, RESOURCE",
        "1053, 08S01, CONNECTION",
        "1927, 70100, CONNECTION",
        "0, 08000, CONNECTION",
        "1235, 42000, NOT_SUPPORTED",
        "1105, HY000, OTHER"
    })
    void mariaDb(int code, String state, FailureClass expected) {
        assertThat(classify(MARIADB, state, code)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "90067, 90067, CONNECTION",
        "90098, 90098, CONNECTION",
        "90121, 90121, CONNECTION",
        "90097, 90097, RESOURCE",
        "90108, 90108, RESOURCE",
        "90028, 90028, RESOURCE",
        "90131, 90131, SERIALIZATION",
        "50200, HYT00, LOCK_TIMEOUT",
        "40001, 40001, DEADLOCK",
        "57014, 57014, CANCELLED",
        "50100, 0A000, NOT_SUPPORTED",
        "50000, HY000, OTHER"
    })
    void h2(int code, String state, FailureClass expected) {
        assertThat(classify(H2, state, code)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "40001, DEADLOCK",
        "40XL1, LOCK_TIMEOUT",
        "40XL2, LOCK_TIMEOUT",
        "X0Y32, OBJECT_EXISTS",
        "X0Y68, OBJECT_EXISTS",
        "42X05, OBJECT_MISSING",
        "42Y55, OBJECT_MISSING",
        "23506, DUPLICATE_KEY",
        "23513, CONSTRAINT",
        "XCL52, CANCELLED",
        "08006, CONNECTION",
        "58009, CONNECTION",
        "XSDG0, RESOURCE",
        "XSLA4, RESOURCE",
        "25502, RESOURCE",
        "4250A, PERMISSION",
        "42500, PERMISSION",
        "42X01, SYNTAX",
        "0A000, NOT_SUPPORTED",
        "XJ081, OTHER"
    })
    void derby(String state, FailureClass expected) {
        assertThat(classify(DERBY, state, 30000)).isEqualTo(expected);
    }

    @Test
    void theTellingExceptionMayHangBehindABatch() {
        BatchUpdateException batch =
                new BatchUpdateException("batch", "XJ208", 0, new int[] {1}, null);
        batch.setNextException(new SQLException("first", (String) null));
        batch.getNextException().setNextException(new SQLException("duplicate", "23505"));
        assertThat(DERBY.classify(batch)).isEqualTo(FailureClass.DUPLICATE_KEY);
    }

    @Test
    void causesCountToo() {
        SQLException inner = new SQLException("deadlock", "40P01");
        SQLException outer = new SQLException("outer", null, new RuntimeException("x", inner));
        assertThat(POSTGRES.classify(outer)).isEqualTo(FailureClass.DEADLOCK);
        assertThat(MARIADB.classify(new SQLException("lost", "HY000", new EOFException())))
                .isEqualTo(FailureClass.CONNECTION);
        assertThat(H2.classify(new SQLTimeoutException("late"))).isEqualTo(FailureClass.CANCELLED);
    }

    @Test
    void aRingOfCausesEnds() {
        SQLException one = new SQLException("one", "XX000");
        SQLException two = new SQLException("two", "XX000", one);
        one.initCause(two);
        assertThat(POSTGRES.classify(one)).isEqualTo(FailureClass.OTHER);
    }
}
