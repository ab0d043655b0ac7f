package io.lockstep.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;
import picocli.CommandLine;

/** Entry point of {@code lockstep.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Charset charset = Charset.defaultCharset();
        PrintWriter out = new PrintWriter(System.out, true, charset);
        PrintWriter err = new PrintWriter(System.err, true, charset);
        boolean terminal = isTerminal();
        int code = run(new Shell(out, err, System.in, terminal, System.getenv()), args);
        out.flush();
        err.flush();
        System.exit(code);
    }

    /** Standard input and output are a terminal. From JDK 22 on there is a console without one. */
    @SuppressWarnings("SystemConsoleNull") // the second half is for JDK 22 and newer
    private static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true; // before JDK 22 a console is a terminal
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /**
     * What the process is connected to.
     *
     * @param terminal standard input and output are a terminal
     */
    record Shell(
            PrintWriter out,
            PrintWriter err,
            java.io.InputStream in,
            boolean terminal,
            Map<String, String> environment) {
        boolean colours() {
            return terminal && !environment.containsKey("NO_COLOR");
        }
    }

    /** Runs one command line; returns an {@link ExitCode}. */
    static int run(Shell shell, String... args) {
        CommandLine commandLine = new CommandLine(new LockstepCommand(shell));
        commandLine.setOut(shell.out());
        commandLine.setErr(shell.err());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        shell.colours() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
        commandLine.setExecutionExceptionHandler(
                (failure, line, parsed) -> Failures.report(failure, shell.err()));
        return commandLine.execute(args);
    }
}
