package io.lockstep.controller.bootstrap;

import io.lockstep.controller.config.ControllerConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.recoverylog.DiskDirectory;
import io.lockstep.controller.recoverylog.LogDamagedException;
import io.lockstep.controller.recoverylog.LogDump;
import io.lockstep.controller.recoverylog.LogVerifier;
import io.lockstep.controller.redo.RecordText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks at the recovery logs of a controller that does not run, for when it cannot start because of
 * them. Changes nothing.
 */
final class LogInspection {
    /** What is wanted of each log. */
    enum Wish {
        /** Read it all, and say what is there and what is wrong. */
        VERIFY,
        /** Its records, a line each. */
        DUMP
    }

    private final ControllerConfig config;
    private final PrintStream out;

    LogInspection(ControllerConfig config, PrintStream out) {
        this.config = config;
        this.out = out;
    }

    /** Where the recovery log of a virtual database is. */
    static Path directory(Path dataDir, String virtualDatabase) {
        return dataDir.resolve("log").resolve(virtualDatabase);
    }

    /**
     * Looks at all of them.
     *
     * @return whether none is damaged
     * @throws StartException if a controller is running on them, or they cannot be read
     */
    boolean run(Wish wish) throws StartException {
        boolean sound = true;
        try (DataDirectory data = DataDirectory.open(config.dataDir())) {
            for (VirtualDatabaseConfig database : config.virtualDatabases()) {
                Path path = directory(data.path(), database.name());
                if (Files.isDirectory(path)) {
                    out.println(database.name() + ": " + path);
                    sound &= wish == Wish.VERIFY ? verify(path) : dump(path);
                } else {
                    out.println(database.name() + ": there is no log in " + path);
                }
            }
        } catch (IOException e) {
            throw new StartException("the recovery log cannot be read: " + e, e);
        }
        return sound;
    }

    private boolean verify(Path path) throws IOException {
        LogVerifier.Report report = LogVerifier.verify(DiskDirectory.at(path));
        for (LogVerifier.SegmentReport segment : report.segments()) {
            out.println(
                    segment.inUse()
                            ? "  %s: records %d to %d"
                                    .formatted(
                                            segment.file(),
                                            segment.firstSequence(),
                                            segment.lastSequence())
                            : "  %s: not in use".formatted(segment.file()));
        }
        if (report.tailBytes() > 0) {
            out.printf(
                    "  %d bytes behind the last record were never forced; a start cuts them off%n",
                    report.tailBytes());
        }
        out.println(
                report.damage()
                        .map(damage -> "  DAMAGED: " + damage.message())
                        .orElse("  sound, %d records".formatted(report.records())));
        return report.damage().isEmpty();
    }

    private boolean dump(Path path) throws IOException {
        try {
            LogDump.dump(DiskDirectory.at(path), 1, RecordText::of, out::println);
            return true;
        } catch (LogDamagedException e) {
            out.println("DAMAGED: " + e.getMessage());
            return false;
        }
    }
}
