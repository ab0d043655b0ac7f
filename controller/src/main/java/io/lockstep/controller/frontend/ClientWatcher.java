package io.lockstep.controller.frontend;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees clients vanish whose session's thread is inside a JDBC call and cannot read the socket:
 * looks at the TCP state of those that have been busy for a while.
 */
final class ClientWatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClientWatcher.class);
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final Sessions sessions;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread watcher = new Thread(task, "lockstep-client-watcher");
                        watcher.setDaemon(true);
                        return watcher;
                    });

    private ScheduledFuture<?> looking;

    ClientWatcher(Sessions sessions) {
        this.sessions = sessions;
    }

    void start() {
        looking =
                thread.scheduleWithFixedDelay(
                        this::look,
                        INTERVAL.toMillis(),
                        INTERVAL.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void look() {
        for (Sessions.Entry entry : sessions.all()) {
            OpenSession session = entry.session();
            boolean suspicious =
                    !session.hasVanished()
                            && session.busyFor().compareTo(INTERVAL) > 0
                            && Transport.clientClosed(entry.channel());
            if (suspicious) {
                vanished(session);
            }
        }
    }

    private static void vanished(OpenSession session) {
        log.info(
                "Client of session {} vanished during a request; it is rolled back",
                Long.toHexString(session.id()));
        try {
            session.clientVanished();
        } catch (RuntimeException e) {
            log.error(
                    "Session {} could not be told that its client vanished",
                    Long.toHexString(session.id()),
                    e);
        }
    }

    @Override
    public void close() {
        looking.cancel(false);
        thread.shutdownNow();
    }
}
