package io.lockstep.controller.recoverylog;

import java.io.Serial;

/** What was once durable is not what was written. No file was changed because of it. */
public final class LogDamagedException extends LogException {
    @Serial private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;

    LogDamagedException(LogDirectory directory, String file, long offset, String what) {
        super(
                "recovery log "
                        + directory
                        + " is damaged in "
                        + file
                        + " at offset "
                        + offset
                        + ": "
                        + what
                        + ". No file was changed. What is still right in it: java -jar lockstep-controller.jar"
                        + " CONFIG.yaml --verify-log. Restore the directory from a copy",
                null);
        this.file = file;
        this.offset = offset;
    }

    /** Name of the file within its directory. */
    public String file() {
        return file;
    }

    /** Byte in the file where the damage begins. */
    public long offset() {
        return offset;
    }
}
