package io.lockstep.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.lockstep.cli.Main.Shell;
import io.lockstep.cli.http.AdminClient;
import io.lockstep.cli.output.TextTable;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line as a whole: its global options, and what every command needs. */
@Command(
        name = "lockstep",
        mixinStandardHelpOptions = true,
        versionProvider = LockstepCommand.Version.class,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        description = "Looks at a Lockstep controller and steers it.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:refused or failed",
            "2:wrong usage",
            "3:the controller is not reachable"
        },
        subcommands = {
            StatusCommand.class,
            BackendCommand.class,
            SessionCommand.class,
            LocksCommand.class,
            ExplainCommand.class,
            OutcomeCommand.class,
            LogCommand.class,
            ConfigCommand.class,
            SqlCommand.class
        })
final class LockstepCommand implements Runnable {
    static final String TOKEN_VARIABLE = "LOCKSTEP_ADMIN_TOKEN";
    private static final ObjectWriter PRETTY = new ObjectMapper().writerWithDefaultPrettyPrinter();

    enum Output {
        TABLE,
        JSON
    }

    @Option(
            names = "--controller",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:25323",
            scope = ScopeType.INHERIT,
            description = "Admin address of the controller (default: ${DEFAULT-VALUE}).")
    private String controller;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            scope = ScopeType.INHERIT,
            description = "Token of the admin API (default: the variable " + TOKEN_VARIABLE + ").")
    private String token;

    @Option(
            names = "--vdb",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "Virtual database; may be left out when there is one.")
    private String virtualDatabase;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            scope = ScopeType.INHERIT,
            description = "Form of the output (default: ${DEFAULT-VALUE}).")
    private Output output;

    @Spec private CommandSpec spec;

    private final Shell shell;

    LockstepCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "which command? One of " + spec.subcommands().keySet());
    }

    Shell shell() {
        return shell;
    }

    Optional<String> virtualDatabase() {
        return Optional.ofNullable(virtualDatabase);
    }

    boolean isJson() {
        return output == Output.JSON;
    }

    AdminClient client() {
        if (!controller.matches(".+:\\d{1,5}")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--controller \"" + controller + "\": expected host:port");
        }
        return new AdminClient(controller, token(), virtualDatabase());
    }

    private Optional<String> token() {
        return Optional.ofNullable(token)
                .or(() -> Optional.ofNullable(shell.environment().get(TOKEN_VARIABLE)))
                .filter(text -> !text.isEmpty());
    }

    void print(TextTable table) {
        table.print(shell.out(), shell.colours());
    }

    void print(JsonNode json) {
        try {
            shell.out().println(PRETTY.writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was parsed can be written", e);
        }
    }

    /** From the manifest of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"lockstep " + (version == null ? "(not packaged)" : version)};
        }
    }
}
