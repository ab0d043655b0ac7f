package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "config", description = "Configuration files.")
final class ConfigCommand implements Runnable {
    @ParentCommand private LockstepCommand lockstep;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "config what? One of " + spec.subcommands().keySet());
    }

    @Command(
            name = "check",
            description = {
                "Has a running controller check a file as if it lay beside the controller's own.",
                "Without a running one: java -jar lockstep-controller.jar --check FILE."
            })
    int check(@Parameters(paramLabel = "FILE") Path file) throws Exception {
        JsonNode result = lockstep.client().postText(read(file), "config", "check");
        boolean valid = result.path("valid").asBoolean();
        if (lockstep.isJson()) {
            lockstep.print(result);
            return valid ? ExitCode.DONE : ExitCode.FAILED;
        }
        PrintWriter out = lockstep.shell().out();
        if (valid) {
            out.println(file + ": no problems");
            return ExitCode.DONE;
        }
        out.println(file + ":");
        result.path("problems").forEach(problem -> out.println("  " + problem.asText()));
        return ExitCode.FAILED;
    }

    private static String read(Path file) throws CommandFailedException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CommandFailedException(file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new CommandFailedException(file + " is not UTF-8 text", e);
        } catch (IOException e) {
            throw new CommandFailedException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
