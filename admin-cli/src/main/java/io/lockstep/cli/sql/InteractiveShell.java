package io.lockstep.cli.sql;

import io.lockstep.cli.sql.StatementSplitter.Statement;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Statements typed at a terminal, with history and completion. Ctrl-C cancels a statement. */
public final class InteractiveShell {
    private static final String HELP =
            """
            Statements end with ;   BEGIN, COMMIT, ROLLBACK   Ctrl-C cancels   Ctrl-D leaves
              \\d         tables
              \\d TABLE   columns of a table
              \\q         leave""";

    /** Schema, name and type in the result of {@link DatabaseMetaData#getTables}. */
    private static final List<Integer> TABLE_COLUMNS = List.of(2, 3, 4);

    /** Schema, column, type, size, nullable, default of {@link DatabaseMetaData#getColumns}. */
    private static final List<Integer> COLUMN_COLUMNS = List.of(2, 4, 6, 7, 18, 13);

    private final SqlSession session;
    private final ResultPrinter printer;
    private final String virtualDatabase;
    private final Path historyFile;

    /**
     * @param historyFile created if missing; statements may be secret, so only its owner reads it
     */
    public InteractiveShell(
            SqlSession session, ResultPrinter printer, String virtualDatabase, Path historyFile) {
        this.session = session;
        this.printer = printer;
        this.virtualDatabase = virtualDatabase;
        this.historyFile = historyFile;
    }

    /** Runs until the user leaves or the connection is lost; whether it ended by choice. */
    public boolean run() throws IOException, SQLException {
        try (Terminal terminal =
                TerminalBuilder.builder().name("lockstep sql").system(true).build()) {
            terminal.handle(Terminal.Signal.INT, signal -> session.cancel());
            DefaultParser words = new DefaultParser();
            words.setQuoteChars(new char[0]); // the splitter knows SQL's quotes better
            words.setEscapeChars(new char[0]);
            LineReader reader =
                    LineReaderBuilder.builder()
                            .terminal(terminal)
                            .parser(words)
                            .completer(new SqlCompleter(session.connection()))
                            .variable(LineReader.HISTORY_FILE, historyFile)
                            .variable(LineReader.HISTORY_SIZE, 1000)
                            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                            .build();
            terminal.writer().println("Connected to " + virtualDatabase + ". \\? for help.");
            return loop(reader, session.splitter());
        }
    }

    private boolean loop(LineReader reader, StatementSplitter splitter) throws SQLException {
        while (!session.isClosed()) {
            String line;
            try {
                line = reader.readLine(prompt(splitter));
            } catch (UserInterruptException e) {
                splitter.clear();
                continue;
            } catch (EndOfFileException e) {
                return true;
            }
            if (splitter.isEmpty() && isLeave(line)) {
                return true;
            }
            if (splitter.isEmpty() && line.strip().startsWith("\\")) {
                meta(line.strip(), reader);
                continue;
            }
            for (Statement statement : splitter.line(line)) {
                session.run(new Statement(statement.text(), 0));
            }
        }
        return false;
    }

    private String prompt(StatementSplitter splitter) {
        if (!splitter.isEmpty()) {
            return " ".repeat(virtualDatabase.length() - 1)
                    + (splitter.isInsideQuotes() ? "'" : "-")
                    + "> ";
        }
        return virtualDatabase + (session.isInTransaction() ? "*> " : "> ");
    }

    private static boolean isLeave(String line) {
        return switch (line.strip().toLowerCase(Locale.ROOT)) {
            case "\\q", "exit", "quit", "exit;", "quit;" -> true;
            default -> false;
        };
    }

    /** An unquoted name as the database keeps it. */
    private static String stored(String name, DatabaseMetaData metaData) throws SQLException {
        if (metaData.storesUpperCaseIdentifiers()) {
            return name.toUpperCase(Locale.ROOT);
        }
        return metaData.storesLowerCaseIdentifiers() ? name.toLowerCase(Locale.ROOT) : name;
    }

    private void meta(String line, LineReader reader) {
        List<String> words = List.of(line.split("\\s+", -1));
        if (!words.get(0).equals("\\d")) {
            reader.getTerminal().writer().println(HELP);
            return;
        }
        try {
            DatabaseMetaData metaData = session.connection().getMetaData();
            if (words.size() == 1) {
                try (ResultSet rows =
                        metaData.getTables(null, null, "%", new String[] {"TABLE", "VIEW"})) {
                    printer.print(rows, TABLE_COLUMNS);
                }
            } else {
                try (ResultSet rows =
                        metaData.getColumns(null, null, stored(words.get(1), metaData), "%")) {
                    printer.print(rows, COLUMN_COLUMNS);
                }
            }
        } catch (SQLException e) {
            reader.getTerminal()
                    .writer()
                    .println("ERROR " + e.getSQLState() + ": " + e.getMessage());
        }
        printer.flush();
    }
}
