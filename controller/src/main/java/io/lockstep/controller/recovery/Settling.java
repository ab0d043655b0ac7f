package io.lockstep.controller.recovery;

import io.lockstep.backends.markers.LostCommitsException;
import io.lockstep.controller.execution.BackendGroup;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.execution.RedoRun;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.redo.CommitRecord;
import io.lockstep.controller.redo.RedoLog;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides commits that no backend has answered, as a start does: one that a backend in service
 * holds, or does now, is committed; one that all refuse is taken back. While there is such a commit
 * nothing is written, so nothing can conflict with it.
 */
final class Settling {
    private static final Logger log = LoggerFactory.getLogger(Settling.class);

    private final String database;
    private final BackendGroup group;
    private final Repetition repetition;

    Settling(String database, BackendGroup group) {
        this.database = database;
        this.group = group;
        this.repetition = new Repetition(database, group.redoRun());
    }

    /**
     * Decides what can be decided now.
     *
     * @throws IOException if the log cannot be read or written
     */
    void run() throws IOException, SQLException {
        RedoLog redo = group.redo();
        if (redo.failure().isEmpty()) {
            for (RedoLog.Commit commit : redo.unsettled()) {
                if (!settle(commit)) {
                    break; // the later ones may depend on it
                }
            }
        }
        group.writes().settled();
    }

    private boolean settle(RedoLog.Commit commit) throws IOException, SQLException {
        CommitRecord record = group.redo().find(commit);
        Map<BackendHandle, SQLException> refusals = new LinkedHashMap<>();
        List<BackendHandle> unasked = new ArrayList<>();
        boolean held = false;
        for (BackendHandle handle : group.inService()) {
            if (!group.answers(handle)) {
                unasked.add(handle);
                continue;
            }
            try {
                Repetition.Answer answer = repetition.run(handle, record);
                if (answer.refusal() == null) {
                    held = true;
                } else {
                    refusals.put(handle, answer.refusal());
                }
            } catch (LostCommitsException e) {
                group.forgot(handle, e);
                unasked.add(handle);
            } catch (SQLException e) {
                handle.lastError(String.valueOf(e.getMessage()));
                unasked.add(handle);
            }
        }
        boolean differs =
                refusals.values().stream().anyMatch(e -> e instanceof RedoRun.DifferentException);
        if (!held && (refusals.isEmpty() || !unasked.isEmpty() || differs)) {
            return false;
        }
        if (held) {
            for (BackendHandle handle : unasked) {
                String reason = "could not be given commit %d".formatted(commit.sequence());
                if (group.leave(handle, BackendState.LOST, reason) == BackendGroup.Fate.LAST) {
                    return false; // those that hold it have left meanwhile
                }
            }
            for (Map.Entry<BackendHandle, SQLException> each : refusals.entrySet()) {
                group.leave(
                        each.getKey(),
                        BackendState.DISAGREED,
                        "cannot do commit %d as it was done: %s"
                                .formatted(commit.sequence(), each.getValue().getMessage()));
            }
            group.redo().settled(commit);
        } else {
            group.redo().refused(commit);
        }
        log.info(
                "{}: commit {}, which no backend had answered, is {}",
                database,
                commit.sequence(),
                held ? "committed" : "taken back: every backend refuses it");
        return true;
    }
}
