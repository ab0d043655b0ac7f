package io.lockstep.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The routine and arguments of {@code CALL p(?, ?)}, {@code {call p(?, ?)}} or {@code {? = call
 * f(?)}}, as far as finding parameters by name needs.
 *
 * @param schema null if the text gives none
 * @param name as written, without quotes
 * @param quoted whether the name stood in quotes, so that its case counts
 * @param returns whether the first parameter marker stands for what a function returns
 * @param markers for each argument the index of its marker, 0 if it is anything but a lone one
 */
record CallText(
        String schema, String name, boolean quoted, boolean returns, List<Integer> markers) {
    private static final String PART = "(?:\"[^\"]+\"|`[^`]+`|[\\p{L}_][\\p{L}\\p{N}_$]*)";
    private static final Pattern HEAD =
            Pattern.compile(
                    "(?:\\s|/\\*.*?\\*/|--[^\n]*\n)*\\{?\\s*(\\?\\s*=)?\\s*call\\s+(?:%1$s\\s*\\.\\s*)*?(?:(%1$s)\\s*\\.\\s*)?(%1$s)\\s*\\("
                            .formatted(PART),
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** Empty if the text is none of these, or its arguments hold more than a scan can follow. */
    static Optional<CallText> of(String sql) {
        Matcher head = HEAD.matcher(sql);
        if (!head.lookingAt()) {
            return Optional.empty();
        }
        boolean returns = head.group(1) != null;
        List<Integer> markers = markers(sql, head.end(), returns ? 1 : 0);
        return markers == null
                ? Optional.empty()
                : Optional.of(
                        new CallText(
                                head.group(2) == null ? null : plain(head.group(2)),
                                plain(head.group(3)),
                                isQuoted(head.group(3)),
                                returns,
                                markers));
    }

    /** Null if the closing bracket is missing or a comment stands among the arguments. */
    private static List<Integer> markers(String sql, int from, int markersBefore) {
        List<Integer> markers = new ArrayList<>();
        StringBuilder argument = new StringBuilder();
        int seen = markersBefore;
        int depth = 1;
        for (int i = from; i < sql.length(); i++) {
            char c = sql.charAt(i);
            if (sql.startsWith("--", i) || sql.startsWith("/*", i)) {
                return null;
            }
            if (c == '\'' || c == '"' || c == '`') {
                i = sql.indexOf(c, i + 1);
                if (i < 0) {
                    return null;
                }
                argument.append(c);
                continue;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            seen += c == '?' ? 1 : 0;
            if (depth == 0 || (depth == 1 && c == ',')) {
                String text = argument.toString().strip();
                if (depth > 0 || !text.isEmpty() || !markers.isEmpty()) {
                    markers.add(text.equals("?") ? seen : 0);
                }
                argument.setLength(0);
                if (depth == 0) {
                    return markers;
                }
            } else {
                argument.append(c);
            }
        }
        return null;
    }

    private static String plain(String part) {
        return isQuoted(part) ? part.substring(1, part.length() - 1) : part;
    }

    private static boolean isQuoted(String part) {
        return part.startsWith("\"") || part.startsWith("`");
    }
}
