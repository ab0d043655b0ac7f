package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cli.output.Format;
import io.lockstep.cli.output.TextTable;
import io.lockstep.cli.output.TextTable.Cell;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "locks", description = "Who holds which lock, and who waits for whom.")
final class LocksCommand implements Callable<Integer> {
    /** Beyond this a list of held locks serves nobody; JSON has them all. */
    private static final int HELD_MAX = 200;

    @ParentCommand private LockstepCommand lockstep;

    @Option(names = "--waiting", description = "Only those who wait.")
    private boolean waitingOnly;

    @Override
    public Integer call() throws Exception {
        JsonNode locks = lockstep.client().get("locks");
        if (lockstep.isJson()) {
            lockstep.print(locks);
            return ExitCode.DONE;
        }
        PrintWriter out = lockstep.shell().out();
        JsonNode counters = locks.path("counters");
        out.printf(
                "%d of %d permits in use; since the start %s granted, %d waited, %d timed out, %s%n",
                locks.path("permitsInUse").asLong(),
                locks.path("permits").asLong(),
                Format.count(counters.path("granted").asLong(), "request"),
                counters.path("waited").asLong(),
                counters.path("timedOut").asLong(),
                Format.count(counters.path("deadlocks").asLong(), "deadlock"));
        if (!locks.path("waiting").isEmpty()) {
            out.println();
            printWaiting(locks.path("waiting"));
        }
        if (!waitingOnly && !locks.path("held").isEmpty()) {
            out.println();
            printHeld(locks.path("held"), out);
        }
        return ExitCode.DONE;
    }

    private void printWaiting(JsonNode waiting) {
        TextTable table = new TextTable("WAITING", "RESOURCE", "MODE", "FOR", "BEHIND");
        for (JsonNode wait : waiting) {
            StringJoiner behind = new StringJoiner(", ");
            wait.path("waitsFor").forEach(owner -> behind.add(owner.asText()));
            Duration waited = Duration.ofMillis(wait.path("waitedMillis").asLong());
            table.row(
                    Cell.text(wait.path("owner").asText()),
                    Cell.text(wait.path("resource").asText()),
                    Cell.text(mode(wait)),
                    Cell.text(Format.duration(waited)).rightAligned(),
                    Cell.text(behind.toString()));
        }
        lockstep.print(table);
    }

    private void printHeld(JsonNode held, PrintWriter out) {
        TextTable table = new TextTable("HELD BY", "RESOURCE", "MODE");
        int shown = 0;
        for (JsonNode lock : held) {
            if (shown++ == HELD_MAX) {
                break;
            }
            table.row(
                    Cell.text(lock.path("owner").asText()),
                    Cell.text(lock.path("resource").asText()),
                    Cell.text(mode(lock)));
        }
        lockstep.print(table);
        if (held.size() > HELD_MAX) {
            out.printf("and %d more; -o json shows all%n", held.size() - HELD_MAX);
        }
    }

    private static String mode(JsonNode node) {
        JsonNode mode = node.path("mode");
        return mode.isTextual() ? mode.asText().toLowerCase(Locale.ROOT).replace('_', ' ') : "";
    }
}
