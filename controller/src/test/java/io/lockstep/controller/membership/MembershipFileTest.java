package io.lockstep.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read back is what was written, or an error that says what to do: never a guess. */
class MembershipFileTest {
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @TempDir private Path directory;
    private MembershipFile file;

    @BeforeEach
    void open() {
        file = new MembershipFile(directory, "shop");
        System.out.println("MembershipFileTest seed " + seed);
    }

    private static MembershipFile.Stored sample() {
        Map<String, View.Standing> standings = new LinkedHashMap<>();
        standings.put("b", new View.Standing(BackendState.ENABLED, "", 17));
        standings.put(
                "a", new View.Standing(BackendState.LOST, "said \"no\" \n und ging: ä", 1L << 41));
        standings.put("c-3.x", new View.Standing(BackendState.DISAGREED, "outvoted", 0));
        standings.put("d", new View.Standing(BackendState.DISABLED, "by the operator", 5));
        return new MembershipFile.Stored(1L << 40, new View(42, standings));
    }

    private void write(String content) throws IOException {
        Files.writeString(file.path(), content);
    }

    private void assertDamaged(String why) throws IOException {
        byte[] before = Files.readAllBytes(file.path());
        assertThatThrownBy(file::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.path().toString())
                .hasMessageContaining("is damaged: " + why)
                .hasMessageContaining("Restore it from a copy")
                .hasMessageNotContaining("\n");
        assertThat(Files.readAllBytes(file.path())).isEqualTo(before);
    }

    @Test
    void withoutAFileItIsTheFirstStart() throws Exception {
        assertThat(file.read()).isEmpty();
    }

    @Test
    void whatWasWrittenIsReadInTheSameOrder() throws Exception {
        file.write(sample());
        assertThat(file.read()).contains(sample());
        assertThat(file.read().orElseThrow().view().standings().keySet())
                .containsExactly("b", "a", "c-3.x", "d");
    }

    @Test
    void aLaterWriteReplacesTheWholeFileAndLeavesNothingBeside() throws Exception {
        file.write(sample());
        View.Standing enabled = new View.Standing(BackendState.ENABLED, "", 1);
        MembershipFile.Stored small =
                new MembershipFile.Stored(1, new View(1, Map.of("a", enabled)));
        file.write(small);
        assertThat(file.read()).contains(small);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file.path());
        }
    }

    @Test
    void whatACrashLeftBesideTheFileIsOfNoConsequence() throws Exception {
        file.write(sample());
        Path beside = file.path().resolveSibling(file.path().getFileName() + ".new");
        Files.writeString(beside, "{\"format\" : 1, \"epo");
        assertThat(file.read()).contains(sample());
        file.write(sample());
        assertThat(file.read()).contains(sample());
        assertThat(beside).doesNotExist();
    }

    @Test
    void aFileCutAnywhereIsDamaged() throws Exception {
        file.write(sample());
        byte[] whole = Files.readAllBytes(file.path());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file.path(), Arrays.copyOf(whole, length));
            assertDamaged("");
        }
    }

    @Test
    void aFileWithAnythingBehindItsEndIsDamaged() throws Exception {
        file.write(sample());
        write(Files.readString(file.path()) + "}");
        assertDamaged("");
    }

    @Test
    void aBackendNamedTwiceIsDamage() throws Exception {
        write(
                """
                {"format": 1, "epoch": 1, "view": 1, "backends": {
                  "a": {"state": "LOST", "reason": "", "since": 1},
                  "a": {"state": "ENABLED", "reason": "", "since": 1}}}""");
        assertDamaged("Duplicate");
    }

    @Test
    void randomBytesAreDamageAndNothingWorse() throws Exception {
        for (int i = 0; i < 500; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            Files.write(file.path(), garbage);
            assertThatThrownBy(file::read)
                    .as("seed %d, file %d", seed, i)
                    .isInstanceOf(IOException.class);
        }
    }

    /** A bit that tips over in a text may pass; in what decides who serves it must not. */
    @Test
    void aChangedByteNeverBringsABackendIntoService() throws Exception {
        file.write(sample());
        byte[] whole = Files.readAllBytes(file.path());
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file.path(), changed);
            try {
                View view = file.read().orElseThrow().view();
                assertThat(view.serves("a") || view.serves("c-3.x") || view.serves("d"))
                        .as("seed %d, %s", seed, new String(changed, StandardCharsets.UTF_8))
                        .isFalse();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("damaged");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "0", "-1", "null", "\"1\"", "1.5", "99999999999999999999"})
    void anotherFormatIsRefused(String format) throws Exception {
        write("{\"format\": " + format + ", \"epoch\": 1, \"view\": 1, \"backends\": {}}");
        assertDamaged("format");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "{}",
                "{'format': 1}",
                "{'format': 1, 'epoch': 1, 'view': 1}",
                "{'format': 1, 'epoch': 1, 'view': 1, 'backends': {}}",
                "{'format': 1, 'epoch': 1, 'view': 1, 'backends': 'a'}",
                "{'format': 1, 'epoch': 1, 'view': 1, 'backends': {'a': 'ENABLED'}}",
                "{'format': 1, 'epoch': 1, 'view': 1, 'backends': {'a': {'state': 'UP', 'reason': '', 'since': 1}}}",
                "{'format': 1, 'epoch': 1, 'view': 1, 'backends': {'a': {'state': 'ENABLED', 'reason': ''}}}",
                "{'format': 1, 'epoch': 1, 'view': 1, 'backends': {'a': {'state': 'ENABLED', 'since': 1}}}",
                "{'format': 1, 'epoch': 'x', 'view': 1, 'backends': {'a': {'state': 'ENABLED', 'reason': '', 'since': 1}}}",
                "{'format': 1, 'epoch': 1, 'view': true, 'backends': {'a': {'state': 'ENABLED', 'reason': '', 'since': 1}}}",
                "{'format': 1, 'view': 1, 'backends': {'a': {'state': 'ENABLED', 'reason': '', 'since': 1}}}"
            })
    void whatLacksOrMistypesAnythingIsDamaged(String content) throws Exception {
        write(content.replace('\'', '"'));
        assertDamaged("");
    }
}
