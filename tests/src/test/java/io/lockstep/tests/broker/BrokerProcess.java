package io.lockstep.tests.broker;

import io.lockstep.tests.harness.BuildLayout;
import io.lockstep.tests.harness.ChildProcess;
import io.lockstep.tests.harness.JavaCommand;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** A broker as a child JVM, to be killed. */
final class BrokerProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("^ready$");

    /**
     * What both lockers log when the start-up statements are through and only the lock is missing.
     */
    private static final Pattern WAITS_FOR_LOCK = Pattern.compile("(?i)attempting to acquire");

    private final BrokerSettings settings;
    private final ChildProcess process;

    private BrokerProcess(BrokerSettings settings, ChildProcess process) {
        this.settings = settings;
        this.process = process;
    }

    /** Starts it and returns at once. */
    static BrokerProcess start(BrokerSettings settings) {
        JavaCommand java = JavaCommand.withHeap("256m").property("lockstep.broker.log", "INFO");
        return new BrokerProcess(
                settings,
                ChildProcess.start(
                        "broker-" + settings.name(),
                        BuildLayout.runDirectory().resolve("brokers-" + settings.port()),
                        Map.of(),
                        java.main(
                                BrokerMain.class, settings.toArguments().toArray(String[]::new))));
    }

    void awaitMaster(Duration timeout) {
        process.awaitLine(READY, timeout);
    }

    void awaitWaitingForLock(Duration timeout) {
        process.awaitLine(WAITS_FOR_LOCK, timeout);
    }

    boolean isMaster() {
        return process.output().lines().anyMatch("ready"::equals);
    }

    String clientUrl() {
        return settings.clientUrl();
    }

    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
    }
}
