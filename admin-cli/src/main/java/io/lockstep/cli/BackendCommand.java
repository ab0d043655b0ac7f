package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "backend", description = "The databases behind a virtual database.")
final class BackendCommand implements Runnable {
    @ParentCommand private LockstepCommand lockstep;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "backend what? One of " + spec.subcommands().keySet());
    }

    @Command(name = "list", description = "All backends, one line each.")
    int list() throws Exception {
        JsonNode backends = lockstep.client().get("backends");
        if (lockstep.isJson()) {
            lockstep.print(backends);
        } else {
            lockstep.print(BackendTables.list(backends));
        }
        return ExitCode.DONE;
    }

    @Command(name = "show", description = "Everything about one backend.")
    int show(@Parameters(paramLabel = "NAME") String name) throws Exception {
        JsonNode backend = lockstep.client().get("backends", name);
        if (lockstep.isJson()) {
            lockstep.print(backend);
        } else {
            lockstep.print(BackendTables.page(backend));
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "disable",
            description = "Takes a backend out of service. Safe to repeat; refused for the last.")
    int disable(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--reason",
                            paramLabel = "TEXT",
                            defaultValue = "",
                            description = "Kept in the log and shown by 'backend show'.")
                    String reason)
            throws Exception {
        JsonNode backend =
                lockstep.client().post(Map.of("reason", reason), "backends", name, "disable");
        if (lockstep.isJson()) {
            lockstep.print(backend);
        } else {
            lockstep.shell().out().printf("%s is %s%n", name, backend.path("state").asText());
        }
        return ExitCode.DONE;
    }

    @Command(
            name = "enable",
            description =
                    "Brings a backend level with the recovery log and puts it into service."
                            + " Safe to repeat.")
    int enable(@Parameters(paramLabel = "NAME") String name) throws Exception {
        String shown = "";
        while (true) {
            JsonNode backend = lockstep.client().post(Map.of(), "backends", name, "enable");
            String state = backend.path("state").asText();
            boolean ended = !state.equals("resyncing");
            if (ended && lockstep.isJson()) {
                lockstep.print(backend);
            } else if (!lockstep.isJson()) {
                String line = name + " is " + BackendTables.progress(backend);
                if (!line.equals(shown)) {
                    lockstep.shell().out().println(line);
                    lockstep.shell().out().flush();
                }
                shown = line;
            }
            if (ended) {
                return ExitCode.DONE;
            }
        }
    }

    @Command(
            name = "counters",
            description =
                    "Moves the database's own identity columns and sequences behind every value in use,"
                            + " so that it can be used without Lockstep. Safe to repeat.")
    int counters(@Parameters(paramLabel = "NAME") String name) throws Exception {
        JsonNode answer = lockstep.client().post(Map.of(), "backends", name, "counters");
        if (lockstep.isJson()) {
            lockstep.print(answer);
        } else {
            int moved = answer.path("moved").asInt();
            lockstep.shell()
                    .out()
                    .printf("%s: %d %s moved%n", name, moved, moved == 1 ? "counter" : "counters");
        }
        return ExitCode.DONE;
    }
}
