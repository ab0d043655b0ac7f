package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.dialect.Dialect;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggedZoneTest {
    private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");
    private static final ZoneId LIMA = ZoneId.of("America/Lima");
    private static final OffsetDateTime INSTANT =
            OffsetDateTime.of(2026, 11, 23, 12, 0, 0, 0, ZoneOffset.UTC);

    private final Dialect dialect = new FakeBackend("a").dialect();

    @Test
    void theSameZoneChangesNothing() {
        LoggedZone zone = new LoggedZone(dialect, TOKYO, TOKYO);
        List<List<Object>> rows = List.of(List.of(INSTANT));
        assertThat(zone.statement()).isNull();
        assertThat(zone.values(rows)).isSameAs(rows);
    }

    @Test
    void anotherZoneIsSet() {
        assertThat(new LoggedZone(dialect, TOKYO, LIMA).statement())
                .isEqualTo("SET ZONE Asia/Tokyo");
    }

    @Test
    void instantsBecomeTheTimeOfTheLoggedZoneWhereTheDriverWouldTakeTodays() {
        List<List<Object>> rows = List.of(Arrays.asList("x", INSTANT, null), List.of());
        assertThat(new LoggedZone(dialect, TOKYO, LIMA).values(rows).get(0).get(1))
                .isEqualTo(LocalDateTime.of(2026, 11, 23, 21, 0));
        assertThat(new LoggedZone(dialect, TOKYO, LIMA).values(rows).get(0).get(2)).isNull();
    }
}
