package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cli.output.Format;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "status",
        description = "Controller, virtual databases and the state of each backend.")
final class StatusCommand implements Callable<Integer> {
    @ParentCommand private LockstepCommand lockstep;

    @Override
    public Integer call() throws Exception {
        JsonNode status = lockstep.client().get("status");
        if (lockstep.isJson()) {
            lockstep.print(status);
            return ExitCode.DONE;
        }
        PrintWriter out = lockstep.shell().out();
        out.printf(
                "controller %s, up %s, heap %s of %s%n",
                status.path("version").asText(),
                Format.since(status.path("startedAt").asText(), Instant.now()),
                Format.bytes(status.path("heapUsedBytes").asLong()),
                Format.bytes(status.path("heapMaxBytes").asLong()));
        out.printf(
                "clients at %s, admin at %s, data in %s%n",
                status.path("listen").asText(),
                status.path("adminListen").asText(),
                status.path("dataDir").asText());
        for (JsonNode database : status.path("virtualDatabases")) {
            if (lockstep.virtualDatabase().isEmpty()
                    || lockstep.virtualDatabase().get().equals(database.path("name").asText())) {
                print(database, out);
            }
        }
        return ExitCode.DONE;
    }

    private void print(JsonNode database, PrintWriter out) {
        out.println();
        out.printf(
                "virtual database %s: %s, %s, %d of %d permits in use%n",
                database.path("name").asText(),
                Format.count(database.path("sessions").asLong(), "session"),
                Format.count(database.path("transactions").asLong(), "open transaction"),
                database.path("permitsInUse").asLong(),
                database.path("permits").asLong());
        lockstep.print(BackendTables.list(database.path("backends")));
    }
}
