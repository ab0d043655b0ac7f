package io.lockstep.controller.bootstrap;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.CatalogueDifference;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.MembershipFile;
import io.lockstep.controller.membership.View;
import io.lockstep.controller.recovery.Incarnation;
import io.lockstep.controller.recovery.StartRecovery;
import io.lockstep.controller.recovery.StartRefusedException;
import io.lockstep.controller.recoverylog.RecoveryLog;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who serves from this start on: the databases that were in service and can be reached, and those
 * that were lost and are level again, once the log has been done on all of them.
 */
final class Comeback {
    private static final Logger log = LoggerFactory.getLogger(Comeback.class);

    /** Those that were lost must not hold up those that were not. */
    private static final Duration RETURN_LIMIT = Duration.ofSeconds(5);

    private final VirtualDatabaseConfig config;
    private final List<BackendHandle> handles;
    private final Optional<MembershipFile.Stored> stored;
    private final Shutdown shutdown;
    private final Map<String, View.Standing> changed = new LinkedHashMap<>();
    private final long now = System.currentTimeMillis();

    Comeback(
            VirtualDatabaseConfig config,
            List<BackendHandle> handles,
            Optional<MembershipFile.Stored> stored,
            Shutdown shutdown) {
        this.config = config;
        this.handles = handles;
        this.stored = stored;
        this.shutdown = shutdown;
    }

    /**
     * What came of it.
     *
     * @param catalogues of those that are level
     * @param changed the standings that are others than they were
     */
    record Result(
            StartRecovery.Result recovered,
            Map<BackendHandle, Catalogue> catalogues,
            Map<String, View.Standing> changed) {
        Catalogue catalogue(BackendHandle handle) {
            return catalogues.get(handle);
        }
    }

    /**
     * @throws StartException if no database is left to serve, it is unclear which one is right, or
     *     a stop is requested meanwhile
     * @throws IOException if the log cannot be read or written
     */
    Result run(RecoveryLog recoveryLog, Path spillDirectory, Incarnation incarnation)
            throws StartException, IOException {
        List<BackendHandle> serving = those(BackendState.ENABLED);
        FirstContact contact = contact(serving);
        FirstContact others =
                FirstContact.with(config.name(), those(BackendState.LOST), RETURN_LIMIT, shutdown);
        if (stored.isEmpty()) {
            // Before anything of Lockstep's is written into them.
            changed.putAll(StartingView.of(config, true, contact));
        }
        StartRecovery.Result recovered =
                recover(
                        new StartRecovery(
                                config.name(), recoveryLog, spillDirectory, stored.isEmpty()),
                        contact.reached().keySet().stream()
                                .filter(handle -> !changed.containsKey(handle.name()))
                                .toList(),
                        List.copyOf(others.reached().keySet()),
                        incarnation);
        return conclude(recovered, contact, others);
    }

    /** All at the first start; otherwise those of the last view in this state. */
    private List<BackendHandle> those(BackendState state) {
        return handles.stream().filter(handle -> state == stateOf(handle)).toList();
    }

    private BackendState stateOf(BackendHandle handle) {
        if (stored.isEmpty()) {
            return BackendState.ENABLED;
        }
        View.Standing standing = stored.get().view().standings().get(handle.name());
        return standing == null ? BackendState.DISABLED : standing.state();
    }

    /** With those that hold every acknowledged write. */
    private FirstContact contact(List<BackendHandle> serving) throws StartException {
        if (serving.isEmpty()) {
            throw new StartException(
                    "%s: the configuration names none of the backends that hold every acknowledged write (%s). Nothing was changed; declare one of them again"
                            .formatted(
                                    config.name(),
                                    String.join(", ", stored.orElseThrow().view().inService())));
        }
        FirstContact contact = FirstContact.with(config.name(), serving, shutdown);
        if (contact.reached().isEmpty()) {
            throw new StartException(
                    "%s: none of the backends that hold every acknowledged write can be reached:%s\nNothing was changed. Start one of them and then the controller"
                            .formatted(config.name(), contact.failures()));
        }
        return contact;
    }

    private StartRecovery.Result recover(
            StartRecovery recovery,
            List<BackendHandle> serving,
            List<BackendHandle> returning,
            Incarnation incarnation)
            throws StartException, IOException {
        try {
            return recovery.run(
                    serving,
                    returning,
                    stored.map(MembershipFile.Stored::epoch).orElse(0L),
                    incarnation.run(),
                    incarnation.name());
        } catch (StartRefusedException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private Result conclude(
            StartRecovery.Result recovered, FirstContact contact, FirstContact others)
            throws StartException {
        recovered
                .problems()
                .forEach((handle, problem) -> stays(handle, problem.state(), problem.reason()));
        Map<BackendHandle, Catalogue> catalogues = new LinkedHashMap<>();
        Map<BackendHandle, SQLException> failed = new LinkedHashMap<>(contact.failed());
        read(recovered, contact, others, catalogues, failed);
        Map<BackendHandle, Catalogue> served = new LinkedHashMap<>(catalogues);
        served.keySet().retainAll(contact.reached().keySet());
        if (served.isEmpty()) {
            throw new StartException(
                    "%s: none of the backends that hold every acknowledged write could be brought level with the recovery log: %s"
                            .formatted(config.name(), recovered.problems()));
        }
        if (stored.isPresent()) {
            StartingView.of(config, false, new FirstContact(served, failed))
                    .forEach(changed::putIfAbsent);
        }
        BackendHandle reference =
                served.keySet().stream()
                        .filter(handle -> !changed.containsKey(handle.name()))
                        .findFirst()
                        .orElseThrow();
        others.reached().keySet().stream()
                .filter(catalogues::containsKey)
                .forEach(handle -> comesBack(handle, reference, catalogues));
        return new Result(recovered, catalogues, changed);
    }

    /** What they hold now: commits that were done again may have been DDL. */
    private void read(
            StartRecovery.Result recovered,
            FirstContact contact,
            FirstContact others,
            Map<BackendHandle, Catalogue> catalogues,
            Map<BackendHandle, SQLException> failed)
            throws StartException {
        if (recovered.changed()) {
            FirstContact again = FirstContact.with(config.name(), recovered.level(), shutdown);
            catalogues.putAll(again.reached());
            failed.putAll(again.failed());
            return;
        }
        Set<BackendHandle> level = Set.copyOf(recovered.level());
        for (FirstContact each : List.of(contact, others)) {
            each.reached()
                    .forEach(
                            (handle, catalogue) -> {
                                if (level.contains(handle)) {
                                    catalogues.put(handle, catalogue);
                                }
                            });
        }
    }

    private void stays(BackendHandle handle, BackendState state, String reason) {
        changed.put(handle.name(), new View.Standing(state, reason, now));
    }

    private void comesBack(
            BackendHandle handle,
            BackendHandle reference,
            Map<BackendHandle, Catalogue> catalogues) {
        boolean sameEngine =
                handle.backend().dialect().name().equals(reference.backend().dialect().name());
        List<String> differences =
                CatalogueDifference.between(
                        reference.name(),
                        catalogues.get(reference),
                        handle.name(),
                        catalogues.get(handle),
                        sameEngine);
        if (differences.isEmpty()) {
            log.info("{}: backend {} is level again", config.name(), handle);
            stays(handle, BackendState.ENABLED, "");
        } else {
            stays(
                    handle,
                    BackendState.DISAGREED,
                    "it differs from %s although it was given all commits it lacked: %s"
                            .formatted(reference, String.join("; ", new ArrayList<>(differences))));
        }
    }
}
