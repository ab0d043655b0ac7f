package io.lockstep.driver.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.protocol.ArrayValue;
import io.lockstep.protocol.OtherValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.SQLDataException;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Calendar;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.TimeZone;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ObjectConversionTest {
    private static <T> T to(Class<T> type, Object value) throws Exception {
        return ObjectConversion.to(type, value);
    }

    @Test
    void numbersBecomeEachOther() throws Exception {
        for (Object one :
                new Object[] {(byte) 1, (short) 1, 1, 1L, 1f, 1d, BigDecimal.ONE, "1", true}) {
            assertThat(to(Byte.class, one)).isEqualTo((byte) 1);
            assertThat(to(Short.class, one)).isEqualTo((short) 1);
            assertThat(to(Integer.class, one)).isEqualTo(1);
            assertThat(to(Long.class, one)).isEqualTo(1L);
            assertThat(to(Float.class, one)).isEqualTo(1f);
            assertThat(to(Double.class, one)).isEqualTo(1d);
            assertThat(to(BigDecimal.class, one)).isEqualByComparingTo("1");
            assertThat(to(BigInteger.class, one)).isEqualTo(1);
            assertThat(to(Boolean.class, one)).isTrue();
        }
    }

    @Test
    void fractionsAreCutOffAndOverflowIsAnError() throws Exception {
        assertThat(to(Long.class, new BigDecimal("-1.99"))).isEqualTo(-1);
        assertThat(to(Integer.class, 1.99)).isEqualTo(1);
        assertThat(to(Integer.class, " 12.5 ")).isEqualTo(12);
        assertThat(to(Long.class, "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertOutOfRange(Byte.class, 128);
        assertOutOfRange(Short.class, 40_000L);
        assertOutOfRange(Integer.class, 1L << 31);
        assertOutOfRange(Long.class, "9223372036854775808");
        assertOutOfRange(Long.class, 0x1p63);
        assertOutOfRange(Float.class, 1e300);
        assertOutOfRange(BigDecimal.class, Double.NaN);
    }

    private static void assertOutOfRange(Class<?> type, Object value) {
        assertThatThrownBy(() -> to(type, value))
                .isInstanceOf(SQLDataException.class)
                .extracting(e -> ((SQLDataException) e).getSQLState())
                .isEqualTo("22003");
    }

    @Property
    void everyLongIsItselfAsTextAndDecimal(@ForAll long number) throws Exception {
        assertThat(to(Long.class, Long.toString(number))).isEqualTo(number);
        assertThat(to(Long.class, BigDecimal.valueOf(number))).isEqualTo(number);
        assertThat(to(String.class, number)).isEqualTo(Long.toString(number));
    }

    @Test
    void textIsAsDatabasesPrintIt() throws Exception {
        assertThat(to(String.class, new BigDecimal("1E+3"))).isEqualTo("1000");
        assertThat(to(String.class, LocalDate.of(2026, 1, 2))).isEqualTo("2026-01-02");
        assertThat(to(String.class, LocalTime.of(1, 2))).isEqualTo("01:02:00");
        assertThat(to(String.class, LocalDateTime.of(2026, 1, 2, 3, 4, 5, 600_000_000)))
                .isEqualTo("2026-01-02 03:04:05.6");
        assertThat(
                        to(
                                String.class,
                                OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(2))))
                .isEqualTo("2026-01-02 03:04:05+02:00");
        assertThat(to(String.class, new byte[] {1, (byte) 0xAB})).isEqualTo("01ab");
        assertThat(to(String.class, true)).isEqualTo("true");
        assertThat(to(String.class, new OtherValue("json", "{}"))).isEqualTo("{}");
    }

    @Test
    void truthIsReadFromText() throws Exception {
        for (String yes : List.of("true", "T", " yes ", "y", "on", "1")) {
            assertThat(to(Boolean.class, yes)).as(yes).isTrue();
        }
        for (String no : List.of("false", "F", "no", "n", "off", "0")) {
            assertThat(to(Boolean.class, no)).as(no).isFalse();
        }
        assertThat(to(Boolean.class, new BigDecimal("0.00"))).isFalse();
        assertThat(to(Boolean.class, -3L)).isTrue();
        assertThatThrownBy(() -> to(Boolean.class, "maybe")).hasMessageContaining("maybe");
    }

    @Test
    void dateAndTimeTypesBecomeEachOther() throws Exception {
        LocalDateTime moment = LocalDateTime.of(2026, 7, 31, 23, 59, 58, 123_456_789);
        assertThat(to(LocalDate.class, moment)).isEqualTo(moment.toLocalDate());
        assertThat(to(LocalTime.class, moment)).isEqualTo(moment.toLocalTime());
        assertThat(to(Timestamp.class, moment)).isEqualTo(Timestamp.valueOf(moment));
        assertThat(to(Date.class, moment)).isEqualTo(Date.valueOf("2026-07-31"));
        assertThat(to(Time.class, moment).toString()).isEqualTo("23:59:58");
        OffsetDateTime here = moment.atZone(ZoneId.systemDefault()).toOffsetDateTime();
        assertThat(to(OffsetDateTime.class, moment)).isEqualTo(here);
        assertThat(to(ZonedDateTime.class, moment).toInstant()).isEqualTo(here.toInstant());
        assertThat(to(Instant.class, moment)).isEqualTo(here.toInstant());
        assertThat(to(LocalDateTime.class, here)).isEqualTo(moment);
        assertThat(to(Timestamp.class, here)).isEqualTo(Timestamp.valueOf(moment));
        assertThat(to(Calendar.class, here).toInstant().toEpochMilli())
                .isEqualTo(here.toInstant().toEpochMilli());
        assertThat(to(LocalDateTime.class, LocalDate.of(2026, 7, 31)))
                .isEqualTo(LocalDate.of(2026, 7, 31).atStartOfDay());
        OffsetTime time = OffsetTime.of(10, 0, 0, 0, ZoneOffset.ofHours(3));
        assertThat(to(LocalTime.class, time)).isEqualTo(LocalTime.of(10, 0));
        assertThat(to(OffsetTime.class, time)).isEqualTo(time);
        assertThat(to(java.util.Date.class, moment)).isEqualTo(Timestamp.valueOf(moment));
    }

    @Test
    void dateAndTimeAreReadFromText() throws Exception {
        assertThat(to(LocalDate.class, "2026-07-31")).isEqualTo(LocalDate.of(2026, 7, 31));
        assertThat(to(LocalTime.class, "23:59:58.5"))
                .isEqualTo(LocalTime.of(23, 59, 58, 500_000_000));
        LocalDateTime moment = LocalDateTime.of(2026, 7, 31, 23, 59, 58, 120_000_000);
        assertThat(to(LocalDateTime.class, "2026-07-31 23:59:58.12")).isEqualTo(moment);
        assertThat(to(LocalDateTime.class, "2026-07-31T23:59:58.12")).isEqualTo(moment);
        for (String text : List.of("2026-07-31 23:59:58.12+02:00", "2026-07-31 23:59:58.12+02")) {
            assertThat(to(OffsetDateTime.class, text))
                    .isEqualTo(moment.atOffset(ZoneOffset.ofHours(2)));
            assertThat(to(Instant.class, text)).isEqualTo(Instant.parse("2026-07-31T21:59:58.12Z"));
        }
        assertThat(to(OffsetTime.class, "10:00:00+03:00"))
                .isEqualTo(OffsetTime.of(10, 0, 0, 0, ZoneOffset.ofHours(3)));
        assertThat(to(Timestamp.class, "2026-07-31 23:59:58.12"))
                .isEqualTo(Timestamp.valueOf(moment));
        assertThatThrownBy(() -> to(LocalDate.class, "31.7.2026"))
                .isInstanceOf(SQLDataException.class)
                .hasMessageContaining("31.7.2026");
        assertThatThrownBy(() -> to(LocalTime.class, "2026-07-31")).hasMessageContaining("a time");
    }

    @Test
    void aCalendarSaysWhichZoneIsMeant() throws Exception {
        Calendar tokyo = new GregorianCalendar(TimeZone.getTimeZone("Asia/Tokyo"));
        LocalDateTime moment = LocalDateTime.of(2026, 1, 2, 3, 4, 5);
        assertThat(TemporalConversion.toTimestamp(moment, tokyo).toInstant())
                .isEqualTo(Instant.parse("2026-01-01T18:04:05Z"));
        assertThat(
                        TemporalConversion.fromTimestamp(
                                Timestamp.from(Instant.parse("2026-01-01T18:04:05Z")), tokyo))
                .isEqualTo(moment);
        assertThat(TemporalConversion.toDate(LocalDate.of(2026, 1, 2), tokyo).getTime())
                .isEqualTo(Instant.parse("2026-01-01T15:00:00Z").toEpochMilli());
        assertThat(
                        TemporalConversion.fromTime(
                                TemporalConversion.toTime(LocalTime.of(9, 30), tokyo), tokyo))
                .isEqualTo(LocalTime.of(9, 30));
    }

    @Test
    void uuidsAndBytes() throws Exception {
        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        byte[] bytes = to(byte[].class, uuid);
        assertThat(bytes).hasSize(16).startsWith(0x00, 0x11);
        assertThat(to(UUID.class, bytes)).isEqualTo(uuid);
        assertThat(to(UUID.class, uuid.toString())).isEqualTo(uuid);
        assertThat(to(byte[].class, "\u00e9")).isEqualTo("\u00e9".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> to(UUID.class, "no uuid")).isInstanceOf(SQLDataException.class);
        assertThatThrownBy(() -> to(byte[].class, 5)).hasMessageContaining("bytes");
    }

    @Test
    void largeObjectsAndXml() throws Exception {
        assertThat(to(Blob.class, new byte[] {1, 2}).length()).isEqualTo(2);
        assertThat(to(Clob.class, "text").getSubString(2, 2)).isEqualTo("ex");
        assertThat(to(SQLXML.class, new OtherValue("xml", "<a/>")).getString()).isEqualTo("<a/>");
    }

    @Test
    void arraysBecomeJavaArrays() throws Exception {
        Array array = to(Array.class, new ArrayValue("int4", Types.INTEGER, List.of(1, 2, 3)));
        assertThat(array.getArray()).isEqualTo(new Integer[] {1, 2, 3});
        assertThat(array.getArray(2, 2)).isEqualTo(new Integer[] {2, 3});
        assertThat(array.getBaseTypeName()).isEqualTo("int4");
        assertThat(array.toString()).isEqualTo("{1,2,3}");
        ArrayValue nested =
                new ArrayValue(
                        "text",
                        Types.VARCHAR,
                        List.of(new ArrayValue("text", Types.VARCHAR, List.of("a", "b"))));
        assertThat((Object[]) to(Array.class, nested).getArray())
                .containsExactly((Object) new String[] {"a", "b"});
        assertThat(ParameterConversion.toWire(MemoryArray.of("varchar", new Object[] {"x", null})))
                .isEqualTo(
                        new ArrayValue(
                                "varchar", Types.VARCHAR, java.util.Arrays.asList("x", null)));
        array.free();
        assertThatThrownBy(array::getArray).hasMessageContaining("freed");
    }

    @Test
    void defaultClassesFollowTheColumnsType() throws Exception {
        assertThat(ObjectConversion.toDefault((byte) 3, Types.TINYINT)).isEqualTo(3);
        assertThat(ObjectConversion.toDefault(LocalDate.of(2026, 1, 2), Types.DATE))
                .isEqualTo(Date.valueOf("2026-01-02"));
        assertThat(ObjectConversion.toDefault("x", Types.CLOB)).isInstanceOf(Clob.class);
        assertThat(ObjectConversion.toDefault("x", Types.VARCHAR)).isEqualTo("x");
        assertThat(ObjectConversion.toDefault(new OtherValue("json", "{}"), Types.OTHER))
                .isEqualTo("{}");
        OffsetDateTime moment = OffsetDateTime.now(ZoneOffset.UTC);
        assertThat(ObjectConversion.toDefault(moment, Types.TIMESTAMP_WITH_TIMEZONE))
                .isEqualTo(moment);
        assertThat(ObjectConversion.toDefault(null, Types.BLOB)).isNull();
    }
}
