package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogDirectory;
import io.lockstep.controller.recoverylog.LogOptions;
import io.lockstep.controller.recoverylog.RecoveryLog;
import java.io.IOException;

/** Small logs for tests. */
public final class TestLog {
    private static final LogOptions SMALL =
            new LogOptions(
                    4 << 20,
                    1 << 20,
                    2 << 20,
                    LogOptions.DEFAULTS.spaceDeadline(),
                    LogOptions.DEFAULTS.forceDeadline(),
                    LogOptions.DEFAULTS.quiet());

    private TestLog() {}

    public static RecoveryLog open(LogDirectory directory) throws IOException {
        return RecoveryLog.open(directory, SMALL);
    }

    /** The first reign of an empty log. */
    public static RedoLog redo(LogDirectory directory) throws IOException {
        return new RedoLog(open(directory), 1, new Outcomes());
    }
}
