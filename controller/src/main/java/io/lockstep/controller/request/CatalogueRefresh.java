package io.lockstep.controller.request;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.sql.StatementClassifier;
import io.lockstep.protocol.SqlState;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the catalogue by which statements are judged in step with the databases: read anew after
 * DDL, before its locks are freed, and when commits were settled late, before writes go on. While
 * that has failed no statement is judged at all, since by an old catalogue it could get the wrong
 * locks. Thread-safe.
 */
final class CatalogueRefresh {
    private static final Logger log = LoggerFactory.getLogger(CatalogueRefresh.class);

    private final String virtualDatabase;
    private final BackendGroup backends;
    private final StatementClassifier classifier;
    private final ColumnsCache columns;

    private final Object lock = new Object(); // guards the three below; no I/O under it
    private long begun;
    private long installed;
    private volatile long failed;

    CatalogueRefresh(VirtualDatabase database, ColumnsCache columns) {
        this.virtualDatabase = database.name();
        this.backends = database.backends();
        this.classifier = database.classifier();
        this.columns = columns;
    }

    /** After DDL. A failure is kept, and the catalogue read before the next statement. */
    void afterDdl() {
        try {
            refresh();
        } catch (SQLException e) {
            log.error(
                    "{}: the catalogue could not be read after DDL; tried again before the next statement",
                    virtualDatabase,
                    e);
        }
    }

    /**
     * Before a statement is judged.
     *
     * @return true if the catalogue had to be read anew
     * @throws SQLException if it is out of date and still cannot be read
     */
    boolean ensureCurrent() throws SQLException {
        if (failed == 0) {
            return false;
        }
        try {
            refresh();
            return true;
        } catch (SQLException e) {
            throw new SQLException(
                    "%s: the catalogue could not be read after a change of the schema, so it is not known what this statement touches; it was not run. Try again: %s"
                            .formatted(virtualDatabase, e.getMessage()),
                    SqlState.LOCK_NOT_AVAILABLE.code(),
                    e);
        }
    }

    /**
     * Reads it anew. Reads that overlap may end in any order; the one that began last has seen the
     * most.
     *
     * @throws SQLException if it cannot be read now; tried again before the next statement
     */
    void refresh() throws SQLException {
        long number;
        synchronized (lock) {
            number = ++begun;
        }
        Catalogue catalogue;
        try {
            catalogue = read();
        } catch (SQLException e) {
            synchronized (lock) {
                if (number > installed) {
                    failed = Math.max(failed, number);
                }
            }
            throw e;
        }
        synchronized (lock) {
            if (number > installed) {
                installed = number;
                classifier.catalogueChanged(catalogue);
            }
            if (installed >= failed) {
                failed = 0;
            }
        }
        columns.clear();
        backends.all().forEach(handle -> handle.backend().schemaChanged());
    }

    /** From the first backend that can tell. */
    private Catalogue read() throws SQLException {
        SQLException failure = null;
        for (BackendHandle handle : backends.inService()) {
            try {
                return handle.backend().readCatalogue();
            } catch (SQLException e) {
                log.warn(
                        "{}: catalogue of {} could not be read: {}",
                        virtualDatabase,
                        handle,
                        e.getMessage());
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure != null
                ? failure
                : new SQLException(
                        "no backend of " + virtualDatabase + " is in service",
                        SqlState.NO_BACKEND.code());
    }
}
