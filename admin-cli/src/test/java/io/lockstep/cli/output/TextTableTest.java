package io.lockstep.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.output.TextTable.Cell;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsAreAsWideAsTheirWidestCellAndNumbersStandRight() {
        TextTable table =
                new TextTable("NAME", "COUNT", "NOTE")
                        .row(Cell.text("a"), Cell.number(5), Cell.text(""))
                        .row(Cell.text("größer 😀"), Cell.number(123456), Cell.text("x\n  y\tz"));
        assertThat(print(table, false).lines())
                .containsExactly(
                        "NAME       COUNT  NOTE", "a              5", "größer 😀  123456  x y z");
    }

    @Test
    void coloursDoNotChangeTheLayout() {
        TextTable table =
                new TextTable("A", "B")
                        .row(Cell.text("good").styled(Style.GOOD), Cell.text("b"))
                        .row(Cell.text("x"), Cell.text("b"));
        String coloured = print(table, true);
        assertThat(coloured).contains("\u001b[32mgood\u001b[0m");
        assertThat(coloured.replaceAll("\u001b\\[\\d+m", "")).isEqualTo(print(table, false));
    }

    @Test
    void noRowsIsAHeaderAlone() {
        assertThat(print(new TextTable("A", "B"), false).lines()).containsExactly("A  B");
    }

    @Test
    void figuresAreReadable() {
        assertThat(Format.bytes(1023)).isEqualTo("1023 B");
        assertThat(Format.bytes(1536)).isEqualTo("1.5 KB");
        assertThat(Format.bytes(10L << 30)).isEqualTo("10.0 GB");
        assertThat(Format.duration(Duration.ofMillis(20))).isEqualTo("20ms");
        assertThat(Format.duration(Duration.ofSeconds(75))).isEqualTo("1m 15s");
        assertThat(Format.duration(Duration.ofHours(49))).isEqualTo("2d 1h");
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        assertThat(Format.since("2026-01-02T03:04:00Z", now)).isEqualTo("5s");
        assertThat(Format.since("", now)).isEmpty();
        assertThat(Format.since("yesterday", now)).isEqualTo("yesterday");
        assertThat(Format.count(1, "row") + ", " + Format.count(0, "row"))
                .isEqualTo("1 row, 0 rows");
    }

    private static String print(TextTable table, boolean colours) {
        StringWriter out = new StringWriter();
        table.print(new PrintWriter(out, true), colours);
        return out.toString();
    }
}
