package io.lockstep.controller.bootstrap;

import io.lockstep.backends.counters.Counter;
import io.lockstep.controller.allocation.CounterSettling;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.request.VirtualDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last thing done to the databases when the controller stops and nobody inserts any more: they
 * go on counting where the controller ended, so that nothing is skipped and they can be used
 * without it. A database that cannot do it in time is left as it is: its counters are ahead.
 */
final class FinalCounters {
    private static final Logger log = LoggerFactory.getLogger(FinalCounters.class);

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final VirtualDatabase database;

    FinalCounters(VirtualDatabase database) {
        this.database = database;
    }

    void settle() {
        List<Counter> used =
                database.classifier().counters().stream()
                        .filter(counter -> database.allocator().used(counter).isPresent())
                        .toList();
        if (!used.isEmpty()) {
            database.backends().inService().forEach(handle -> settleInTime(handle, used));
        }
    }

    private void settleInTime(BackendHandle handle, List<Counter> used) {
        Thread settling =
                new Thread(() -> settle(handle, used), "lockstep-final-counters-" + handle);
        settling.setDaemon(true);
        settling.start();
        try {
            settling.join(PATIENCE.toMillis());
            if (settling.isAlive()) {
                handle.backend().cutAll(); // wakes it with an error
                settling.join(PATIENCE.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void settle(BackendHandle handle, List<Counter> used) {
        try {
            CounterSettling.settle(database.allocator(), used, handle, true, PATIENCE);
        } catch (SQLException e) {
            log.warn(
                    "{}: the identity columns and sequences of {} were not all put right behind the values in use; the next start reads them again: {}",
                    database.name(),
                    handle,
                    e.getMessage());
        }
    }
}
