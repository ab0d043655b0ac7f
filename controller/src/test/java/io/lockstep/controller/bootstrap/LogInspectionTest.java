package io.lockstep.controller.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.controller.bootstrap.LogInspection.Wish;
import io.lockstep.controller.config.ControllerConfig;
import io.lockstep.controller.recoverylog.DiskDirectory;
import io.lockstep.controller.recoverylog.LogOptions;
import io.lockstep.controller.recoverylog.LogRecord;
import io.lockstep.controller.recoverylog.RecoveryLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogInspectionTest {
    private static final LogOptions OPTIONS = LogOptions.DEFAULTS.withSegmentBytes(4 << 20);
    private static final int RECORD_BYTES = 48 + 8;

    @TempDir Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Path dataDir;
    private LogInspection inspection;

    @BeforeEach
    void write() throws Exception {
        Path file = folder.resolve("lockstep.yaml");
        Files.writeString(
                file,
                """
                dataDir: data
                virtualDatabases:
                  - name: shop
                    users: [{name: app, password: secret}]
                    backends:
                      - {name: a, url: 'jdbc:h2:file:./a;WRITE_DELAY=0', user: sa, password: x}
                """);
        ControllerConfig config = ControllerConfig.load(file);
        dataDir = config.dataDir();
        inspection = new LogInspection(config, new PrintStream(printed, true, UTF_8));
    }

    private Path log() throws Exception {
        Path directory = LogInspection.directory(dataDir, "shop");
        try (RecoveryLog log = RecoveryLog.open(DiskDirectory.at(directory), OPTIONS)) {
            for (int i = 0; i < 5; i++) {
                log.append(LogRecord.Kind.CHECKPOINT, 7, new byte[8], 0, 8);
            }
        }
        return directory.resolve("segment-0000000001.log");
    }

    private String run(Wish wish, boolean sound) throws StartException {
        assertThat(inspection.run(wish)).isEqualTo(sound);
        return printed.toString(UTF_8);
    }

    @Test
    void aSoundLogIsVerifiedAndDumped() throws Exception {
        log();
        assertThat(run(Wish.VERIFY, true))
                .contains("segment-0000000001.log: records 1 to 5")
                .contains("sound, 5 records");
        assertThat(run(Wish.DUMP, true)).contains("5 epoch 0 CHECKPOINT transaction 7, 8 bytes");
    }

    @Test
    void damageIsShown() throws Exception {
        try (FileChannel file = FileChannel.open(log(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {9}), 4096 + 2 * RECORD_BYTES + 50);
        }
        assertThat(run(Wish.VERIFY, false))
                .contains("records 1 to 2")
                .contains("DAMAGED")
                .contains("at offset " + (4096 + 2 * RECORD_BYTES));
        assertThat(run(Wish.DUMP, false)).contains("DAMAGED");
    }

    @Test
    void withoutALogThereIsNothingToSay() throws Exception {
        assertThat(run(Wish.VERIFY, true)).contains("shop: there is no log");
        assertThat(Files.exists(LogInspection.directory(dataDir, "shop"))).isFalse();
    }

    @Test
    void theLogOfARunningControllerIsLeftAlone() throws Exception {
        log();
        try (DataDirectory data = DataDirectory.open(dataDir)) {
            assertThat(data.path()).isEqualTo(dataDir);
            assertThatThrownBy(() -> inspection.run(Wish.VERIFY))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("in use");
        }
    }
}
