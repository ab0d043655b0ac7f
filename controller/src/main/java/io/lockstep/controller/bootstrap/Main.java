package io.lockstep.controller.bootstrap;

import io.lockstep.controller.config.ConfigException;
import io.lockstep.controller.config.ControllerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code java -jar lockstep-controller.jar CONFIG.yaml [--check]}. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private static final String HELP =
            """
            usage: java -jar lockstep-controller.jar CONFIG.yaml [--check]

              CONFIG.yaml   what to serve; examples are in config-examples
              --check       only say whether the file is right
              --version     print the version

            Prints one line 'ready' with its ports when it serves; SIGTERM stops it.
            Exit codes: 0 stopped, 1 failed, 2 bad usage or configuration.""";

    private Main() {}

    public static void main(String[] args) {
        int code = run(args);
        if (code != OK) {
            System.exit(code);
        }
    }

    private static int run(String... args) {
        List<String> words = new ArrayList<>(Arrays.asList(args));
        if (words.contains("--help") || words.contains("-h")) {
            System.out.println(HELP);
            return OK;
        }
        if (words.contains("--version")) {
            System.out.println("lockstep-controller " + Version.NUMBER);
            return OK;
        }
        boolean check = words.remove("--check");
        if (words.size() != 1 || words.get(0).startsWith("-")) {
            System.err.println(HELP);
            return USAGE;
        }
        Path file = Path.of(words.get(0));
        try {
            ControllerConfig config = ControllerConfig.load(file);
            if (check) {
                System.out.println(file + ": no problem found");
                return OK;
            }
            return serve(config, file);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return USAGE;
        }
    }

    private static int serve(ControllerConfig config, Path file) {
        Controller controller;
        try {
            controller = Controller.start(config, file);
        } catch (StartException e) {
            log.debug("start failed", e);
            System.err.println("lockstep-controller cannot start: " + e.getMessage());
            return FAILED;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook =
                new Thread(
                        () -> {
                            log.info("stopping");
                            controller.close();
                            log.info("stopped");
                            stopped.countDown();
                        },
                        "lockstep-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        System.out.println(controller.readyLine());
        System.out.flush();
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OK;
    }
}
