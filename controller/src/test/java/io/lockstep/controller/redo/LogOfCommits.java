package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.DiskDirectory;
import io.lockstep.controller.recoverylog.LogOptions;
import io.lockstep.controller.recoverylog.RecoveryLog;
import io.lockstep.protocol.TransactionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes a log of one-row INSERTs that no controller has had yet: whoever starts on it first takes
 * the databases for level with it. Not a test, but what a measurement begins with. Arguments: the
 * log's directory, number of commits.
 */
final class LogOfCommits {
    private static final String SQL = "INSERT INTO message (id, container, body) VALUES (?, ?, ?)";

    private LogOfCommits() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createDirectories(Path.of(arguments[0]));
        int commits = Integer.parseInt(arguments[1]);
        try (RecoveryLog log = RecoveryLog.open(DiskDirectory.at(directory), LogOptions.DEFAULTS)) {
            RedoLog redo = new RedoLog(log, 0, new Outcomes());
            for (int i = 1; i <= commits; i++) {
                RedoWriter writer = redo.begin();
                writer.add(insert(i));
                redo.committed(redo.append(writer, List.of(new TransactionId(i, 1))));
            }
            log.force(log.lastSequence());
        }
    }

    private static RedoStep insert(long id) {
        RedoStep.Text text =
                new RedoStep.Text(SQL, List.of(List.of(id, "queue://orders", "x".repeat(60))));
        return new RedoStep.Statement(
                RedoStep.Form.PLAIN,
                false,
                Map.of("postgresql", text),
                new RedoStep.Answer(1, null));
    }
}
