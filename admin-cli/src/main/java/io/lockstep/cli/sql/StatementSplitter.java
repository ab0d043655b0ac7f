package io.lockstep.cli.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a script into statements at each {@code ;} that is not inside a string, a quoted name, a
 * comment or a dollar-quoted text. Fed line by line; what is not finished yet waits for the next.
 */
public final class StatementSplitter {
    private final boolean backslashEscapes;
    private final StringBuilder text = new StringBuilder();
    private int lineNumber;
    private int statementLine = 1;

    /** Where the scan of {@link #text} stands: everything before it has been looked at. */
    private int position;

    /** What ends the quoted or commented stretch the scan is in; null outside. */
    private String closing;

    private boolean blank = true;

    /**
     * @param backslashEscapes whether a backslash protects the next character of a string, as on
     *     MariaDB
     */
    public StatementSplitter(boolean backslashEscapes) {
        this.backslashEscapes = backslashEscapes;
    }

    /**
     * One statement.
     *
     * @param line where it begins, counted from 1
     */
    public record Statement(String text, int line) {}

    /** Takes the next line and returns the statements that it completes. */
    public List<Statement> line(String line) {
        lineNumber++;
        text.append(line).append('\n');
        List<Statement> complete = new ArrayList<>();
        while (position < text.length()) {
            if (closing != null) {
                skipQuoted();
            } else if (text.charAt(position) == ';') {
                take(complete);
            } else {
                skipPlain();
            }
        }
        return complete;
    }

    /** What is left at the end of the script: a last statement without {@code ;}, if any. */
    public List<Statement> end() {
        List<Statement> rest = new ArrayList<>();
        position = text.length();
        take(rest);
        return rest;
    }

    /** Nothing but white space since the last statement. */
    public boolean isEmpty() {
        return blank && closing == null;
    }

    /** In the middle of a string, a quoted name or a comment. */
    public boolean isInsideQuotes() {
        return closing != null;
    }

    public void clear() {
        text.setLength(0);
        position = 0;
        closing = null;
        blank = true;
    }

    private void take(List<Statement> complete) {
        String statement = text.substring(0, position).strip();
        if (!blank) {
            complete.add(new Statement(statement, statementLine));
        }
        text.delete(0, Math.min(text.length(), position + 1));
        position = 0;
        closing = null;
        blank = true;
    }

    private void skipPlain() {
        char c = text.charAt(position);
        if (startsWith("--")) {
            enter("\n", 2);
        } else if (startsWith("/*")) {
            // An executable comment of MariaDB is a statement, not nothing.
            if (startsWith("/*!")) {
                begin();
            }
            enter("*/", 2);
        } else if (c == '\'' || c == '"' || c == '`') {
            begin();
            enter(String.valueOf(c), 1);
        } else if (c == '$' && dollarTag() != null && !followsWord()) {
            begin();
            String tag = dollarTag();
            enter(tag, tag.length());
        } else {
            if (!Character.isWhitespace(c)) {
                begin();
            }
            position++;
        }
    }

    private void begin() {
        if (blank) {
            blank = false;
            statementLine = lineNumber;
        }
    }

    private void enter(String end, int length) {
        closing = end;
        position += length;
    }

    private void skipQuoted() {
        boolean isString = closing.equals("'") || closing.equals("\"");
        if (backslashEscapes && isString && text.charAt(position) == '\\') {
            position += 2;
        } else if (startsWith(closing)) {
            position += closing.length();
            closing = null; // a doubled quote simply opens the next stretch at once
        } else {
            position++;
        }
    }

    /** {@code $$} or {@code $tag$} at the position, or null. */
    private String dollarTag() {
        int end = position + 1;
        while (end < text.length()
                && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        boolean isTag =
                end < text.length()
                        && text.charAt(end) == '$'
                        && !Character.isDigit(text.charAt(position + 1));
        return isTag ? text.substring(position, end + 1) : null;
    }

    private boolean followsWord() {
        return position > 0 && Character.isJavaIdentifierPart(text.charAt(position - 1));
    }

    private boolean startsWith(String token) {
        return text.length() - position >= token.length()
                && text.substring(position, position + token.length()).equals(token);
    }
}
