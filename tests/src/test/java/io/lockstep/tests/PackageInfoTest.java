package io.lockstep.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.BuildLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every package of every module says what it is for; class files do not show that. */
class PackageInfoTest {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final List<String> SOURCES = List.of("src/main/java", "src/test/java");

    @Test
    void everyPackageIsDescribed() throws IOException {
        Set<String> silent = new TreeSet<>();
        Set<String> described = new TreeSet<>();
        Matcher modules = MODULE.matcher(Files.readString(BuildLayout.root().resolve("pom.xml")));
        while (modules.find()) {
            for (String packagePath : packages(modules.group(1))) {
                (isDescribed(modules.group(1), packagePath) ? described : silent)
                        .add(modules.group(1) + ": " + packagePath);
            }
        }
        assertThat(silent).as("packages without package-info.java").isEmpty();
        assertThat(described).contains("driver: io/lockstep/protocol", "tests: io/lockstep/tests");
    }

    /** Of main and test sources; tests may be described by their main package. */
    private static Set<String> packages(String module) throws IOException {
        Set<String> packages = new TreeSet<>();
        for (String sources : SOURCES) {
            Path root = BuildLayout.root().resolve(module).resolve(sources);
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .map(file -> root.relativize(file.getParent()).toString())
                            .forEach(packages::add);
                }
            }
        }
        return packages;
    }

    private static boolean isDescribed(String module, String packagePath) throws IOException {
        for (String sources : SOURCES) {
            Path file =
                    BuildLayout.root()
                            .resolve(module)
                            .resolve(sources)
                            .resolve(packagePath)
                            .resolve("package-info.java");
            if (Files.exists(file) && Files.readString(file).strip().startsWith("/**")) {
                return true;
            }
        }
        return false;
    }
}
