package io.lockstep.controller.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigExamplesTest {
    private static final Path EXAMPLES =
            Path.of(System.getProperty("lockstep.root", "..")).resolve("config-examples");

    static List<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isValidWithoutAnyEnvironment(Path file) throws Exception {
        ControllerConfig config =
                ControllerConfig.parse(file.toString(), Files.readString(file), EXAMPLES, Map.of());
        assertThat(config.listen()).isEqualTo(Defaults.LISTEN);
        assertThat(config.admin().listen()).isEqualTo(Defaults.ADMIN_LISTEN);
        assertThat(config.dataDir()).isEqualTo(EXAMPLES.resolve("data").normalize());
        assertThat(config.virtualDatabases()).hasSize(1);
        assertThat(config.virtualDatabases().get(0).backends()).hasSizeGreaterThan(1);
    }

    @Test
    void quickstartKeepsItsDatabasesInItsDataFolder() throws Exception {
        Path file = EXAMPLES.resolve("quickstart.yaml");
        ControllerConfig config =
                ControllerConfig.parse(
                        "quickstart.yaml",
                        Files.readString(file),
                        EXAMPLES,
                        Map.of("LOCKSTEP_DATA", "/elsewhere", "LOCKSTEP_PORT", "0"));
        assertThat(config.listen().port()).isZero();
        assertThat(config.virtualDatabases().get(0).backends())
                .extracting(BackendConfig::url)
                .containsExactly(
                        "jdbc:derby:directory:/elsewhere/derby;create=true",
                        "jdbc:h2:file:/elsewhere/h2;WRITE_DELAY=0");
    }
}
