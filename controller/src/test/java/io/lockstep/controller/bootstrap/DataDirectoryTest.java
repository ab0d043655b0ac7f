package io.lockstep.controller.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir private Path directory;

    @Test
    void isCreatedWithAllThatLeadsToIt() throws Exception {
        Path path = directory.resolve("some/where");
        try (DataDirectory data = DataDirectory.open(path)) {
            assertThat(data.path()).isEqualTo(path).isDirectory();
        }
    }

    @Test
    void belongsToOneAtATime() throws Exception {
        try (DataDirectory first = DataDirectory.open(directory)) {
            assertThatThrownBy(() -> DataDirectory.open(first.path()))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining(directory + " is in use by another controller");
        }
        DataDirectory.open(directory).close();
    }

    @Test
    void otherDirectoriesDoNotMatter() throws Exception {
        try (DataDirectory one = DataDirectory.open(directory.resolve("one"));
                DataDirectory two = DataDirectory.open(directory.resolve("two"))) {
            assertThat(one.path()).isNotEqualTo(two.path());
        }
    }

    @Test
    void whatIsNoDirectoryIsRefusedAndLeftAlone() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "mine");
        assertThatThrownBy(() -> DataDirectory.open(file))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("dataDir " + file + " cannot be used");
        assertThat(file).hasContent("mine");
    }
}
