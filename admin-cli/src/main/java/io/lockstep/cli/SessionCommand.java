package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cli.output.Format;
import io.lockstep.cli.output.TextTable;
import io.lockstep.cli.output.TextTable.Cell;
import java.time.Instant;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "session", description = "The clients that are connected.")
final class SessionCommand implements Runnable {
    @ParentCommand private LockstepCommand lockstep;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "session what? One of " + spec.subcommands().keySet());
    }

    @Command(name = "list", description = "Who is connected and what they are doing.")
    int list() throws Exception {
        JsonNode sessions = lockstep.client().get("sessions");
        if (lockstep.isJson()) {
            lockstep.print(sessions);
            return ExitCode.DONE;
        }
        Instant now = Instant.now();
        TextTable table =
                new TextTable(
                        "ID",
                        "USER",
                        "CLIENT",
                        "APPLICATION",
                        "CONNECTED",
                        "STATE",
                        "FOR",
                        "TRANSACTION",
                        "STATEMENT");
        for (JsonNode session : sessions) {
            table.row(
                    cell(session, "id"),
                    cell(session, "user"),
                    cell(session, "client"),
                    cell(session, "application"),
                    Cell.text(Format.since(text(session, "connectedAt"), now)).rightAligned(),
                    cell(session, "state"),
                    Cell.text(Format.since(text(session, "since"), now)).rightAligned(),
                    cell(session, "transaction"),
                    cell(session, "statement"));
        }
        lockstep.print(table);
        return ExitCode.DONE;
    }

    @Command(
            name = "kill",
            description = "Ends a session: its transaction is rolled back, its connection closed.")
    int kill(@Parameters(paramLabel = "ID", description = "As 'session list' shows it.") String id)
            throws Exception {
        JsonNode killed = lockstep.client().delete("sessions", id);
        if (lockstep.isJson()) {
            lockstep.print(killed);
        } else {
            lockstep.shell().out().printf("session %s is ended%n", id);
        }
        return ExitCode.DONE;
    }

    private static Cell cell(JsonNode node, String field) {
        return Cell.text(text(node, field));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).isNull() ? "" : node.path(field).asText();
    }
}
