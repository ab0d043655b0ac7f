package io.lockstep.controller.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Equal keys have equal forms, in whatever spelling; values of another type have none. */
class KeyColumnTest {
    private static final String NONE = "no form";

    private static KeyColumn column(
            int type, String typeName, int size, int scale, boolean binary) {
        return new KeyColumn(
                new Column(
                        "C", type, typeName, size, scale, true, null, Identity.NONE, false, binary),
                false);
    }

    private static String form(KeyColumn column, Object value) {
        StringBuilder out = new StringBuilder();
        return column.append(out, value) ? out.toString() : NONE;
    }

    @Test
    void numbersAreTakenByValue() {
        KeyColumn bigint = column(Types.BIGINT, "BIGINT", 19, 0, true);
        for (Object seven :
                new Object[] {
                    7, 7L, (short) 7, (byte) 7, BigInteger.valueOf(7), new BigDecimal("7.00")
                }) {
            assertThat(form(bigint, seven)).as(seven.getClass().getName()).isEqualTo("7");
        }
        assertThat(form(bigint, new BigDecimal("7.5"))).isEqualTo(NONE);
        assertThat(form(bigint, 7.0)).isEqualTo(NONE);
        assertThat(form(bigint, "7")).isEqualTo(NONE);
        assertThat(form(bigint, new BigDecimal("1E999999999"))).isEqualTo(NONE);
        KeyColumn decimal = column(Types.DECIMAL, "DECIMAL", 10, 2, true);
        assertThat(form(decimal, new BigDecimal("7.10"))).isEqualTo("7.1");
        assertThat(form(decimal, 7L)).isEqualTo("7");
        assertThat(form(decimal, new BigDecimal("70"))).isEqualTo("70");
        assertThat(form(decimal, new BigDecimal("0.00"))).isEqualTo("0");
        assertThat(form(decimal, new BigDecimal("7.105"))).isEqualTo(NONE);
    }

    @Test
    void textIsTrimmedOnTheRightAndFolded() {
        KeyColumn text = column(Types.VARCHAR, "VARCHAR", 10, 0, true);
        assertThat(form(text, "Ab c  ")).isEqualTo("ab c");
        assertThat(form(text, "")).isEqualTo("");
        assertThat(form(text, "käse")).isEqualTo("käse");
        assertThat(form(text, "12345678901")).isEqualTo(NONE);
        assertThat(form(text, 5)).isEqualTo(NONE);
        KeyColumn folded = column(Types.VARCHAR, "VARCHAR", 10, 0, false);
        assertThat(form(folded, "käse")).isEqualTo(NONE);
        assertThat(form(folded, "A-b c")).isEqualTo("abc");
        assertThat(form(column(Types.VARCHAR, "mood", 10, 0, true), "x")).isEqualTo(NONE);
        assertThat(form(column(Types.CHAR, "CHAR", 10, 0, true), "x   ")).isEqualTo("x");
    }

    @Test
    void bytesTimesAndIdentifiers() {
        KeyColumn binary = column(Types.VARBINARY, "VARBINARY", 10, 0, true);
        assertThat(form(binary, new byte[] {1, (byte) 0xff, 0, 0})).isEqualTo("01ff");
        KeyColumn date = column(Types.DATE, "DATE", 10, 0, true);
        assertThat(form(date, LocalDate.of(2026, 1, 2))).isEqualTo("2026-01-02");
        assertThat(form(date, "2026-01-02")).isEqualTo(NONE);
        KeyColumn seconds = column(Types.TIMESTAMP, "TIMESTAMP", 19, 0, true);
        LocalDateTime whole = LocalDateTime.of(2026, 1, 2, 3, 4, 5);
        assertThat(form(seconds, whole)).isEqualTo("2026-01-02T03:04:05");
        assertThat(form(seconds, whole.plusNanos(1_000))).isEqualTo(NONE);
        KeyColumn zoned =
                column(Types.TIMESTAMP_WITH_TIMEZONE, "TIMESTAMP WITH TIME ZONE", 32, 6, true);
        OffsetDateTime utc = whole.atOffset(ZoneOffset.UTC);
        assertThat(form(zoned, utc))
                .isEqualTo(form(zoned, utc.withOffsetSameInstant(ZoneOffset.ofHours(5))));
        UUID id = UUID.fromString("00000000-0000-0001-0000-00000000000A");
        KeyColumn uuid = column(Types.OTHER, "uuid", 36, 0, true);
        assertThat(form(uuid, id)).isEqualTo(form(uuid, id.toString().toUpperCase(Locale.ROOT)));
        assertThat(form(uuid, "x")).isEqualTo(NONE);
        assertThat(form(column(Types.CHAR, "CHAR", 36, 0, true), id)).isEqualTo(id.toString());
    }

    @Test
    void truthAndNull() {
        KeyColumn truth = column(Types.BOOLEAN, "BOOLEAN", 1, 0, true);
        KeyColumn tinyint = column(Types.TINYINT, "TINYINT", 1, 0, true);
        assertThat(form(truth, true)).isEqualTo(form(truth, 1)).isEqualTo(form(tinyint, true));
        assertThat(form(truth, null)).isEqualTo("null");
        assertThat(form(column(Types.DOUBLE, "DOUBLE", 53, 0, true), 1.5)).isEqualTo(NONE);
        KeyColumn identity =
                new KeyColumn(
                        new Column(
                                "C",
                                Types.BIGINT,
                                "BIGINT",
                                19,
                                0,
                                false,
                                null,
                                Identity.BY_DEFAULT,
                                false,
                                true),
                        true);
        assertThat(form(identity, null)).isEqualTo(NONE);
        assertThat(form(identity, 0L)).isEqualTo(NONE);
        assertThat(form(identity, 5L)).isEqualTo("5");
    }
}
