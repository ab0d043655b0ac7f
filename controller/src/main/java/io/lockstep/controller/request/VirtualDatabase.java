package io.lockstep.controller.request;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.balancer.ReadBalancer;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.CommitClock;
import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.FanOut;
import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.controller.sql.StatementClassifier;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
        ScheduledExecutorService timer,
        Duration lockTimeout) {
    private static final Logger log = LoggerFactory.getLogger(VirtualDatabase.class);

    /**
     * After a failed statement a transaction can only be rolled back, if any engine taking part has
     * it so.
     */
    boolean failureDooms() {
        return backends.all().stream()
                .anyMatch(h -> h.backend().dialect().failureDoomsTransaction());
    }

    /** DDL ends the open transaction, if any engine taking part has it so. */
    boolean ddlCommits() {
        return backends.all().stream().anyMatch(h -> h.backend().dialect().ddlCommitsImplicitly());
    }

    /**
     * Reads the catalogue anew, from the first backend that can tell, and forgets what was
     * concluded from the old one.
     *
     * @throws SQLException if no backend could tell; the old catalogue stays
     */
    public Catalogue refreshCatalogue() throws SQLException {
        SQLException failure = null;
        for (BackendHandle handle : backends.inService()) {
            try {
                Catalogue catalogue = handle.backend().readCatalogue();
                classifier.catalogueChanged(catalogue);
                return catalogue;
            } catch (SQLException e) {
                log.warn("{}: catalogue of {} could not be read: {}", name, handle, e.getMessage());
                backends.connectionLost(handle, e);
                failure = e;
            }
        }
        throw failure != null
                ? failure
                : new SQLException("no backend of " + name + " is in service");
    }
}
