package io.lockstep.tests.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a child JVM of the same Java as this one. */
public final class JavaCommand {
    /** No second compiler: it pays off after minutes, and would take a core from the test. */
    public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

    private final List<String> options = new ArrayList<>();

    private JavaCommand() {}

    /**
     * A JVM with a bounded heap and the cheap collector and compiler: a dozen of them share two
     * cores with the test.
     */
    public static JavaCommand withHeap(String maximumHeap) {
        JavaCommand command = new JavaCommand();
        command.options.add("-Xmx" + maximumHeap);
        command.options.add("-XX:+UseSerialGC");
        command.options.add(SHORT_LIVED);
        return command;
    }

    /** A JVM with its defaults, as a user's would be. */
    public static JavaCommand plain() {
        return new JavaCommand();
    }

    public JavaCommand option(String option) {
        options.add(option);
        return this;
    }

    public JavaCommand property(String key, Object value) {
        return option("-D" + key + "=" + value);
    }

    /** Runs a class of the test class path. */
    public List<String> main(Class<?> mainClass, String... arguments) {
        return command(List.of("-cp", testClassPath(), mainClass.getName()), arguments);
    }

    /** Runs a jar. */
    public List<String> jar(Path jar, String... arguments) {
        return command(List.of("-jar", jar.toString()), arguments);
    }

    private List<String> command(List<String> what, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(what);
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Under Surefire the JVM's own class path is one small jar with a manifest; the real one is in
     * a property.
     */
    private static String testClassPath() {
        return System.getProperty(
                "surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
