package io.lockstep.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.BuildLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What class files do not show: rules for the sources of all modules. */
class SourceTreeTest {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern TEST =
            Pattern.compile("(?m)^\\s*@(Test|ParameterizedTest|Property|ArchTest)\\b");

    /** As the root pom.xml tells the build. */
    private static final Pattern RUN_BY_THE_BUILD = Pattern.compile(".*(Test|Properties)\\.java");

    private static List<String> modules() throws IOException {
        List<String> modules = new ArrayList<>();
        Matcher matcher = MODULE.matcher(Files.readString(BuildLayout.root().resolve("pom.xml")));
        while (matcher.find()) {
            modules.add(matcher.group(1));
        }
        assertThat(modules).contains("driver", "tests");
        return modules;
    }

    private static Path mainSources(String module) {
        return BuildLayout.root().resolve(module).resolve("src/main/java");
    }

    private static Path testSources(String module) {
        return BuildLayout.root().resolve(module).resolve("src/test/java");
    }

    private static List<Path> javaFiles(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Set<String> silent = new TreeSet<>();
        for (String module : modules()) {
            for (Path root : List.of(mainSources(module), testSources(module))) {
                for (Path file : javaFiles(root)) {
                    Path packagePath = root.relativize(file.getParent());
                    // Tests stand in the package they test and are described with it.
                    if (!isDescribed(mainSources(module).resolve(packagePath))
                            && !isDescribed(testSources(module).resolve(packagePath))) {
                        silent.add(module + ": " + packagePath);
                    }
                }
            }
        }
        assertThat(silent).as("packages without a described package-info.java").isEmpty();
    }

    private static boolean isDescribed(Path directory) throws IOException {
        Path file = directory.resolve("package-info.java");
        return Files.exists(file) && Files.readString(file).strip().startsWith("/**");
    }

    @Test
    void everyClassWithTestsHasANameByWhichTheBuildRunsIt() throws IOException {
        Set<String> neverRun = new TreeSet<>();
        int run = 0;
        for (String module : modules()) {
            for (Path file : javaFiles(testSources(module))) {
                if (TEST.matcher(Files.readString(file)).find()) {
                    if (RUN_BY_THE_BUILD.matcher(file.getFileName().toString()).matches()) {
                        run++;
                    } else {
                        neverRun.add(file.toString());
                    }
                }
            }
        }
        assertThat(neverRun).isEmpty();
        assertThat(run).isGreaterThan(50);
    }
}
