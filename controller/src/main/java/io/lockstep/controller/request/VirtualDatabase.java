package io.lockstep.controller.request;

import io.lockstep.controller.allocation.Allocator;
import io.lockstep.controller.balancer.ReadBalancer;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.CommitClock;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.FanOut;
import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.controller.sql.StatementClassifier;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/**
 * One virtual database: the parts that all its sessions share.
 *
 * @param timer for query timeouts; its tasks only hand over
 * @param lockTimeout longest wait for a lock of the controller, and for a connection
 */
public record VirtualDatabase(
        String name,
        BackendGroup backends,
        LockManager locks,
        StatementClassifier classifier,
        ReadBalancer balancer,
        FanOut fanOut,
        CommitClock clock,
        CommitGroups groups,
        ReadSlots readSlots,
        Allocator allocator,
        ScheduledExecutorService timer,
        Duration lockTimeout) {
    /**
     * After a failed statement a transaction can only be rolled back, if any engine taking part has
     * it so.
     */
    boolean failureDooms() {
        return backends.all().stream()
                .anyMatch(h -> h.backend().dialect().failureDoomsTransaction());
    }

    /** What a transaction has SET is undone by its rollback, which only PostgreSQL does. */
    boolean rollbackUndoesSettings() {
        return backends.all().stream()
                .allMatch(h -> h.backend().dialect().rollbackUndoesSettings());
    }

    /** All backends are of one engine. */
    boolean oneEngine() {
        return backends.all().stream().map(h -> h.backend().dialect().name()).distinct().count()
                == 1;
    }

    /** DDL ends the open transaction, if any engine taking part has it so. */
    public boolean ddlCommits() {
        return backends.all().stream().anyMatch(h -> h.backend().dialect().ddlCommitsImplicitly());
    }
}
