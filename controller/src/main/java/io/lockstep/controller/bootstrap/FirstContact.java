package io.lockstep.controller.bootstrap;

import io.lockstep.backends.ConnectFailure;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.execution.BackendHandle;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's first call on its backends, all at the same time. One that is slow to answer is
 * asked again for a while (an embedded Derby creating its database on a busy machine, a server just
 * starting); one that nobody listens for is given up at once.
 *
 * @param reached what each that answered holds, in declaration order
 * @param failed why each other one cannot be used, in declaration order
 */
record FirstContact(
        Map<BackendHandle, Catalogue> reached, Map<BackendHandle, SQLException> failed) {
    private static final Logger log = LoggerFactory.getLogger(FirstContact.class);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(250);

    /** For a database that freezes after the login, where no attempt has a limit of its own. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration GLANCE = Duration.ofMillis(50);

    /**
     * Returns when all have answered or been given up, within about a minute.
     *
     * @throws StartException if a stop is requested meanwhile
     */
    static FirstContact with(String database, List<BackendHandle> handles, Shutdown shutdown)
            throws StartException {
        return with(database, handles, LIMIT, shutdown);
    }

    /** As {@link #with(String, List, Shutdown)}, but gives up after {@code limit}. */
    static FirstContact with(
            String database, List<BackendHandle> handles, Duration limit, Shutdown shutdown)
            throws StartException {
        Map<BackendHandle, CompletableFuture<Catalogue>> calls = new LinkedHashMap<>();
        for (BackendHandle handle : handles) {
            CompletableFuture<Catalogue> call = new CompletableFuture<>();
            calls.put(handle, call);
            Thread caller =
                    new Thread(
                            () -> call(handle, limit, shutdown, call),
                            "lockstep-contact-" + handle.name());
            caller.setDaemon(true);
            caller.start();
        }
        await(database, calls, limit, shutdown);
        FirstContact contact = new FirstContact(new LinkedHashMap<>(), new LinkedHashMap<>());
        calls.forEach(contact::sort);
        contact.failed.forEach(
                (handle, e) ->
                        log.warn(
                                "{}: backend {} cannot be used: {}",
                                database,
                                handle,
                                e.getMessage()));
        return contact;
    }

    private static void call(
            BackendHandle handle,
            Duration limit,
            Shutdown shutdown,
            CompletableFuture<Catalogue> answer) {
        long deadline = System.nanoTime() + Math.min(PATIENCE.toNanos(), limit.toNanos());
        boolean said = false;
        while (!answer.isDone()) {
            try {
                answer.complete(handle.backend().readCatalogue());
            } catch (SQLException e) {
                boolean again =
                        ConnectFailure.of(handle.backend(), e) == ConnectFailure.NO_ANSWER_YET
                                && System.nanoTime() < deadline;
                if (again && !said) {
                    log.info(
                            "backend {} does not answer yet, trying for {} s: {}",
                            handle,
                            PATIENCE.toSeconds(),
                            e.getMessage());
                    said = true;
                }
                if (!again || stopsWithin(PAUSE, shutdown)) {
                    answer.completeExceptionally(e);
                }
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }
    }

    private static void await(
            String database,
            Map<BackendHandle, CompletableFuture<Catalogue>> calls,
            Duration limit,
            Shutdown shutdown)
            throws StartException {
        CompletableFuture<Void> all =
                CompletableFuture.allOf(calls.values().toArray(CompletableFuture[]::new));
        long deadline = System.nanoTime() + limit.toNanos();
        while (!all.isDone()) {
            if (stopsWithin(GLANCE, shutdown)) {
                throw new StartException(database + ": a stop was requested");
            }
            if (System.nanoTime() > deadline) {
                calls.forEach((handle, call) -> giveUp(handle, call, limit));
            }
        }
    }

    private static void giveUp(
            BackendHandle handle, CompletableFuture<Catalogue> call, Duration limit) {
        if (call.completeExceptionally(
                new SQLException(
                        "it took the connection but did not describe its tables within "
                                + limit.toSeconds()
                                + " s"))) {
            handle.backend().cutAll();
        }
    }

    private static boolean stopsWithin(Duration time, Shutdown shutdown) {
        try {
            return shutdown.awaitRequest(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void sort(BackendHandle handle, CompletableFuture<Catalogue> call) {
        try {
            reached.put(handle, call.join());
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof SQLException failure)) {
                throw e;
            }
            failed.put(handle, failure);
        }
    }

    /** The failures in one text, each with its backend's name. */
    String failures() {
        StringBuilder text = new StringBuilder();
        failed.forEach(
                (handle, e) ->
                        text.append("\n  ").append(handle).append(": ").append(e.getMessage()));
        return text.toString();
    }
}
