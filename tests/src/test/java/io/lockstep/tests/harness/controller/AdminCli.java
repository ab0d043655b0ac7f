package io.lockstep.tests.harness.controller;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The admin command line, as an operator runs it: the built jar, one process a command. */
public final class AdminCli {
    private static final String JAR = "admin-cli/target/lockstep.jar";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final String controllerAddress;

    private AdminCli(String controllerAddress) {
        this.controllerAddress = controllerAddress;
    }

    public static AdminCli of(ControllerProcess controller) {
        return new AdminCli("127.0.0.1:" + controller.adminPort());
    }

    /** Runs one command to its end. */
    public ControllerProcess.Ended run(String... arguments) {
        String[] all =
                Stream.concat(Stream.of("--controller", controllerAddress), Stream.of(arguments))
                        .toArray(String[]::new);
        Path directory = BuildLayout.runDirectory().resolve("admin-cli");
        String name = "lockstep-" + NUMBERS.incrementAndGet();
        try (ChildProcess child =
                ChildProcess.start(
                        name,
                        directory,
                        Map.of(),
                        JavaCommand.withHeap("128m").jar(BuildLayout.jar(JAR), all))) {
            int exitCode = child.awaitExit(TIMEOUT);
            return new ControllerProcess.Ended(exitCode, child.output(), child.errorOutput());
        }
    }
}
