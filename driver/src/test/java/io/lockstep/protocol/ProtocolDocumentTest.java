package io.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** PROTOCOL.md must not drift away from the code where that can be told mechanically. */
class ProtocolDocumentTest {
    private final String document = read();

    private static String read() {
        try {
            return Files.readString(Path.of("PROTOCOL.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyMessageIsThereWithItsTag() {
        for (RequestTag tag : RequestTag.values()) {
            assertThat(document).contains("| %02X | %s |".formatted(tag.code(), tag));
        }
        for (ResponseTag tag : ResponseTag.values()) {
            assertThat(document).contains("| %02X | %s |".formatted(tag.code(), tag));
        }
    }

    @Test
    void everyValueIsThereWithItsTag() {
        String numbers = "| %02X %02X %02X %02X | BYTE SHORT INT LONG |";
        String floats = "| %02X %02X | FLOAT DOUBLE |";
        String singles =
                document.replace(
                                numbers.formatted(
                                        ValueTag.BYTE.code(),
                                        ValueTag.SHORT.code(),
                                        ValueTag.INT.code(),
                                        ValueTag.LONG.code()),
                                "| 02 | BYTE | 03 | SHORT | 04 | INT | 05 | LONG |")
                        .replace(
                                floats.formatted(ValueTag.FLOAT.code(), ValueTag.DOUBLE.code()),
                                "| 06 | FLOAT | 07 | DOUBLE |");
        for (ValueTag tag : ValueTag.values()) {
            assertThat(singles).contains("| %02X | %s |".formatted(tag.code(), tag));
        }
    }

    @Test
    void limitsAreThoseOfTheCode() {
        assertThat(document)
                .contains(String.format(Locale.ROOT, "at most %,d", Protocol.MAX_FRAME_BYTES))
                .contains(
                        String.format(
                                Locale.ROOT, "more than %,d bytes", Protocol.LARGE_VALUE_BYTES))
                .contains(String.format(Locale.ROOT, "exactly %,d bytes", Protocol.CHUNK_BYTES))
                .contains(String.format(Locale.ROOT, "at most %,d rows", Protocol.MAX_BATCH_ROWS))
                .contains(String.format(Locale.ROOT, "within %,d", ValueWriter.DECIMAL_SCALE_MAX))
                .contains("up to %d MiB".formatted(Protocol.MAX_SQL_BYTES >> 20))
                .contains("nested at most %d deep".formatted(Protocol.MAX_VALUE_DEPTH))
                .contains("`%08X`".formatted(Protocol.MAGIC));
    }

    @Test
    void itsExamplesAreTrue() throws Exception {
        FrameWriter frames = new FrameWriter();
        ValueWriter values = new ValueWriter(frames, ChunkSink.NONE);
        new Request.Ping().writeTo(values);
        assertThat(document).contains("`" + hex(frames.toByteArray(), 0) + "`");
        frames.clear();
        frames.begin(RequestTag.EXECUTE);
        values.writeInt(7);
        values.writeString("ab");
        values.writeNull();
        frames.end();
        assertThat(document.replace("  ", " "))
                .contains("`" + hex(frames.toByteArray(), Protocol.HEADER_BYTES) + "`");
    }

    private static String hex(byte[] bytes, int from) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes, from, bytes.length);
    }
}
