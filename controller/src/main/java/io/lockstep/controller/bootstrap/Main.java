package io.lockstep.controller.bootstrap;

import io.lockstep.controller.bootstrap.LogInspection.Wish;
import io.lockstep.controller.config.ConfigException;
import io.lockstep.controller.config.ControllerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code java -jar lockstep-controller.jar CONFIG.yaml [--check | --verify-log | --dump-log]}. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;

    private static final String HELP =
            """
            usage: java -jar lockstep-controller.jar CONFIG.yaml [--check | --verify-log | --dump-log]

              CONFIG.yaml   what to serve; examples are in config-examples
              --check       only say whether the file is right
              --verify-log  only read the recovery logs, and say whether they are sound
              --dump-log    only print the records of the recovery logs, a line each
              --version     print the version

            Prints one line 'ready' with its ports when it serves; SIGTERM stops it.
            Exit codes: 0 stopped, 1 failed, 2 bad usage or configuration.""";

    private Main() {}

    public static void main(String[] args) {
        Shutdown shutdown = Shutdown.install();
        int code;
        try {
            code = run(shutdown, args);
        } catch (RuntimeException | Error e) {
            log.error("unexpected failure, the controller ends", e);
            code = FAILED;
        }
        shutdown.endsByItself(code);
        System.exit(code);
    }

    /** Returns an exit code, or never once the controller serves or is being stopped. */
    private static int run(Shutdown shutdown, String... args) {
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
        boolean verify = words.remove("--verify-log");
        boolean dump = words.remove("--dump-log");
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
            if (verify || dump) {
                return inspect(config, verify ? Wish.VERIFY : Wish.DUMP);
            }
            return serve(config, file, shutdown);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return USAGE;
        }
    }

    private static int inspect(ControllerConfig config, Wish wish) {
        try {
            return new LogInspection(config, System.out).run(wish) ? OK : FAILED;
        } catch (StartException e) {
            System.err.println(e.getMessage());
            return FAILED;
        }
    }

    private static int serve(ControllerConfig config, Path file, Shutdown shutdown) {
        try {
            Controller controller = Controller.start(config, file, shutdown);
            System.out.println(controller.readyLine());
            System.out.flush();
            shutdown.started(controller);
        } catch (StartException e) {
            if (!shutdown.isRequested()) {
                log.debug("start failed", e);
                System.err.println("lockstep-controller cannot start: " + e.getMessage());
                return FAILED;
            }
            log.info("the start was given up: {}", e.getMessage());
            shutdown.startAbandoned();
        }
        // The shutdown hook ends the process; until then this thread only keeps it alive.
        while (true) {
            LockSupport.park(shutdown);
        }
    }
}
