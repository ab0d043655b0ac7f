package io.lockstep.driver.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.Date;
import java.sql.SQLException;
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
import java.util.GregorianCalendar;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ParameterConversionTest {
    @Test
    void whatHasAFormOnTheWireIsLeftAlone() throws Exception {
        for (Object value :
                new Object[] {
                    "text",
                    true,
                    (byte) 1,
                    (short) 2,
                    3,
                    4L,
                    5f,
                    6d,
                    new BigDecimal("7.00"),
                    new byte[] {8},
                    LocalDate.now(ZoneOffset.UTC),
                    LocalTime.now(ZoneOffset.UTC),
                    LocalDateTime.now(ZoneOffset.UTC),
                    OffsetDateTime.now(ZoneOffset.UTC),
                    OffsetTime.now(ZoneOffset.UTC),
                    UUID.randomUUID()
                }) {
            assertThat(ParameterConversion.toWire(value)).isSameAs(value);
        }
        assertThat(ParameterConversion.toWire(null)).isNull();
    }

    @Test
    void otherClassesBecomeTheNearestForm() throws Exception {
        LocalDateTime moment = LocalDateTime.of(2026, 7, 31, 1, 2, 3, 456_000_000);
        Instant instant = moment.atZone(ZoneId.systemDefault()).toInstant();
        assertThat(ParameterConversion.toWire(BigInteger.TEN)).isEqualTo(BigDecimal.TEN);
        assertThat(ParameterConversion.toWire('x')).isEqualTo("x");
        assertThat(ParameterConversion.toWire(Timestamp.valueOf(moment))).isEqualTo(moment);
        assertThat(ParameterConversion.toWire(Date.valueOf("2026-07-31")))
                .isEqualTo(LocalDate.of(2026, 7, 31));
        assertThat(ParameterConversion.toWire(Time.valueOf("01:02:03")))
                .isEqualTo(LocalTime.of(1, 2, 3));
        assertThat(ParameterConversion.toWire(java.util.Date.from(instant))).isEqualTo(moment);
        assertThat(
                        ParameterConversion.toWire(
                                GregorianCalendar.from(instant.atZone(ZoneOffset.UTC))))
                .isEqualTo(moment);
        assertThat(ParameterConversion.toWire(instant)).isEqualTo(instant.atOffset(ZoneOffset.UTC));
        ZonedDateTime zoned = moment.atZone(ZoneId.of("Europe/Berlin"));
        assertThat(ParameterConversion.toWire(zoned)).isEqualTo(zoned.toOffsetDateTime());
        assertThat(ParameterConversion.toWire(new MemoryBlob(new byte[] {1})))
                .isEqualTo(new byte[] {1});
        assertThat(ParameterConversion.toWire(new MemoryClob("c"))).isEqualTo("c");
        assertThat(ParameterConversion.toWire(new MemoryXml("<x/>"))).isEqualTo("<x/>");
        assertThat(ParameterConversion.toWire(new ByteArrayInputStream(new byte[] {2})))
                .isEqualTo(new byte[] {2});
        assertThat(ParameterConversion.toWire(new StringReader("r"))).isEqualTo("r");
        assertThat(ParameterConversion.toWire(URI.create("http://h/").toURL()))
                .isEqualTo("http://h/");
        assertThatThrownBy(() -> ParameterConversion.toWire(new Object()))
                .isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> ParameterConversion.toWire(List.of()))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void theTargetTypeDecidesTheForm() throws Exception {
        assertThat(toWire("12", Types.INTEGER)).isEqualTo(12);
        assertThat(toWire(1L, Types.BOOLEAN)).isEqualTo(true);
        assertThat(toWire(5, Types.VARCHAR)).isEqualTo("5");
        assertThat(toWire("2026-07-31", Types.DATE)).isEqualTo(LocalDate.of(2026, 7, 31));
        assertThat(toWire("01:02:03", Types.TIME)).isEqualTo(LocalTime.of(1, 2, 3));
        assertThat(toWire("2026-07-31 01:02:03", Types.TIMESTAMP))
                .isEqualTo(LocalDateTime.of(2026, 7, 31, 1, 2, 3));
        assertThat(toWire("2026-07-31 01:02:03+00:00", Types.TIMESTAMP_WITH_TIMEZONE))
                .isEqualTo(OffsetDateTime.of(2026, 7, 31, 1, 2, 3, 0, ZoneOffset.UTC));
        assertThat(toWire("abc", Types.BLOB)).isEqualTo(new byte[] {'a', 'b', 'c'});
        assertThat(ParameterConversion.toWire("1.255", Types.NUMERIC, 2))
                .isEqualTo(new BigDecimal("1.26"));
        assertThat(toWire(null, Types.INTEGER)).isNull();
        assertThatThrownBy(() -> toWire("x", Types.INTEGER)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> toWire("x", Types.STRUCT))
                .isInstanceOf(java.sql.SQLFeatureNotSupportedException.class);
    }

    private static Object toWire(Object value, int jdbcType) throws SQLException {
        return ParameterConversion.toWire(value, jdbcType, -1);
    }

    @Test
    void streamsMustHaveWhatWasAnnounced() throws Exception {
        byte[] bytes = {1, 2, 3, 4};
        assertThat(ParameterConversion.bytes(new ByteArrayInputStream(bytes), 3))
                .containsExactly(1, 2, 3);
        assertThat(ParameterConversion.text(new StringReader("abcd"), 2)).isEqualTo("ab");
        assertThatThrownBy(() -> ParameterConversion.bytes(new ByteArrayInputStream(bytes), 5))
                .hasMessageContaining("ended after 4 bytes");
        assertThatThrownBy(() -> ParameterConversion.text(new StringReader("abcd"), 5))
                .hasMessageContaining("ended after 4 characters");
        assertThatThrownBy(() -> ParameterConversion.bytes(new ByteArrayInputStream(bytes), -1))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void aStreamThatFailsKeepsItsCause() {
        IOException broken = new IOException("broken");
        InputStream stream =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw broken;
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        throw broken;
                    }
                };
        assertThatThrownBy(() -> ParameterConversion.bytes(stream)).hasCause(broken);
    }
}
