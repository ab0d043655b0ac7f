package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cli.Main.Shell;
import io.lockstep.cli.http.AdminClient;
import io.lockstep.cli.sql.InteractiveShell;
import io.lockstep.cli.sql.JsonResultPrinter;
import io.lockstep.cli.sql.ResultPrinter;
import io.lockstep.cli.sql.SqlSession;
import io.lockstep.cli.sql.StatementSplitter;
import io.lockstep.cli.sql.TableResultPrinter;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "sql",
        description = {
            "Runs SQL through the driver, as a client would.",
            "One statement, a script on standard input, or interactively. A script ends at its"
                    + " first error (exit code 1)."
        })
final class SqlCommand implements Callable<Integer> {
    static final String PASSWORD_VARIABLE = "LOCKSTEP_PASSWORD";
    static final String USER_VARIABLE = "LOCKSTEP_USER";

    @ParentCommand private LockstepCommand lockstep;
    @Spec private CommandSpec spec;

    @Option(
            names = "--user",
            paramLabel = "USER",
            description = "Who to log in as (default: the variable " + USER_VARIABLE + ").")
    private String user;

    @Option(
            names = "--password-env",
            paramLabel = "VAR",
            defaultValue = PASSWORD_VARIABLE,
            description =
                    "Environment variable with the password (default: ${DEFAULT-VALUE}); asked for"
                            + " on a terminal if it is not set.")
    private String passwordVariable;

    @Parameters(
            arity = "0..1",
            paramLabel = "STATEMENT",
            description = "One statement. Without it: standard input.")
    private String statement;

    @Override
    public Integer call() throws Exception {
        Shell shell = lockstep.shell();
        String login = user();
        String password = password();
        AdminClient client = lockstep.client();
        JsonNode status = client.get("status");
        String virtualDatabase = virtualDatabase(status);
        String url = "jdbc:lockstep://" + address(status, client.host()) + "/" + virtualDatabase;
        ResultPrinter printer =
                lockstep.isJson()
                        ? new JsonResultPrinter(shell.out())
                        : new TableResultPrinter(shell.out(), shell.colours());
        try (SqlSession session = SqlSession.connect(url, login, password, printer, shell.err())) {
            if (statement != null) {
                return exitCode(runAll(session, session.splitter(), statement.lines().toList()));
            }
            if (shell.terminal()) {
                Path history = Path.of(System.getProperty("user.home"), ".lockstep_history");
                return exitCode(
                        new InteractiveShell(session, printer, virtualDatabase, history).run());
            }
            return exitCode(runScript(session));
        } catch (SQLException e) {
            throw new CommandFailedException(
                    "%s as %s: %s (SQLState %s)"
                            .formatted(url, login, e.getMessage(), e.getSQLState()),
                    e);
        }
    }

    private static int exitCode(boolean succeeded) {
        return succeeded ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static boolean runAll(
            SqlSession session, StatementSplitter splitter, List<String> lines) {
        List<StatementSplitter.Statement> statements = new ArrayList<>();
        lines.forEach(line -> statements.addAll(splitter.line(line)));
        statements.addAll(splitter.end());
        return statements.stream().allMatch(session::run);
    }

    /** Line by line, so that a script may be larger than memory. */
    private boolean runScript(SqlSession session) throws IOException, SQLException {
        StatementSplitter splitter = session.splitter();
        BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(lockstep.shell().in(), StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!splitter.line(line).stream().allMatch(session::run)) {
                return false;
            }
        }
        return splitter.end().stream().allMatch(session::run);
    }

    private String user() {
        String name = user != null ? user : lockstep.shell().environment().get(USER_VARIABLE);
        if (name == null && lockstep.shell().terminal()) {
            name = System.console().readLine("User: ");
        }
        if (name == null || name.isBlank()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--user or " + USER_VARIABLE + " is needed to log in");
        }
        return name;
    }

    private String password() {
        String password = lockstep.shell().environment().get(passwordVariable);
        if (password != null) {
            return password;
        }
        Console console = lockstep.shell().terminal() ? System.console() : null;
        char[] typed = console == null ? null : console.readPassword("Password: ");
        if (typed == null) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "the environment variable "
                            + passwordVariable
                            + " with the password is not set");
        }
        return new String(typed);
    }

    private String virtualDatabase(JsonNode status) {
        if (lockstep.virtualDatabase().isPresent()) {
            return lockstep.virtualDatabase().get();
        }
        List<String> names = new ArrayList<>();
        status.path("virtualDatabases").forEach(node -> names.add(node.path("name").asText()));
        if (names.size() != 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "name a virtual database with --vdb: one of " + String.join(", ", names));
        }
        return names.get(0);
    }

    /** The clients' listener; where it listens on all addresses, the one we reached it at. */
    private static String address(JsonNode status, String adminHost) {
        String listen = status.path("listen").asText();
        int colon = listen.lastIndexOf(':');
        String host = listen.substring(0, Math.max(0, colon));
        boolean isWildcard = host.equals("0.0.0.0") || host.matches("\\[?(::|0:0:0:0:0:0:0:0)]?");
        return (isWildcard ? adminHost : host) + ":" + listen.substring(colon + 1);
    }
}
