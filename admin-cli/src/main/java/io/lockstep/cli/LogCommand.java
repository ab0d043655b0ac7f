package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cli.output.Format;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "log",
        description = {
            "The recovery log of a running controller.",
            "If a damaged log keeps it from starting: java -jar lockstep-controller.jar CONFIG.yaml --verify-log"
        })
final class LogCommand implements Runnable {
    @ParentCommand private LockstepCommand lockstep;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "log what? One of " + spec.subcommands().keySet());
    }

    @Command(name = "info", description = "How far it goes, its size, and whether it works.")
    int info() throws Exception {
        JsonNode log = lockstep.client().get("log");
        boolean failed = log.path("failure").isTextual();
        if (lockstep.isJson()) {
            lockstep.print(log);
        } else {
            PrintWriter out = lockstep.shell().out();
            out.printf("log %s, %s%n", text(log, "identity"), Format.bytes(number(log, "bytes")));
            out.printf(
                    "records %d to %d, durable up to %d%n",
                    number(log, "firstSequence"),
                    number(log, "lastSequence"),
                    number(log, "forcedSequence"));
            if (failed) {
                out.println("FAILED: " + text(log, "failure"));
            }
        }
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    @Command(name = "verify", description = "Reads all of it; exit code 1 if it is damaged.")
    int verify() throws Exception {
        long first = number(lockstep.client().get("log"), "firstSequence");
        JsonNode part;
        long next = first;
        do {
            part = lockstep.client().get("log", "verify", Long.toString(next));
            next = number(part, "next");
        } while (!part.path("done").asBoolean());
        boolean damaged = part.path("damage").isTextual();
        if (lockstep.isJson()) {
            lockstep.print(part);
        } else {
            String read = Format.count(next - first, "record");
            lockstep.shell()
                    .out()
                    .println(damaged ? read + ", then " + text(part, "damage") : read + ", sound");
        }
        return damaged ? ExitCode.FAILED : ExitCode.DONE;
    }

    @Command(name = "dump", description = "Prints records, a line each.")
    int dump(
            @Option(
                            names = "--from",
                            paramLabel = "SEQUENCE",
                            defaultValue = "1",
                            description = "The first one (default: the oldest there is).")
                    long from,
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "How many at most (default: ${DEFAULT-VALUE}).")
                    long count)
            throws Exception {
        long left = count;
        long next = from;
        JsonNode part = null;
        while (left > 0 && (part == null || !part.path("done").asBoolean())) {
            part = lockstep.client().get("log", "records", Long.toString(next));
            next = number(part, "next");
            for (JsonNode line : part.path("lines")) {
                if (left-- > 0) {
                    lockstep.shell().out().println(line.asText());
                }
            }
        }
        if (part != null && part.path("damage").isTextual()) {
            lockstep.shell().out().println(text(part, "damage"));
            return ExitCode.FAILED;
        }
        return ExitCode.DONE;
    }

    private static long number(JsonNode node, String field) {
        return node.path(field).asLong();
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }
}
