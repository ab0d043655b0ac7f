package io.lockstep.controller.sql;

import java.util.Locale;
import java.util.Set;

/** How a column of the catalogue is written so that every engine finds it. */
final class ColumnSpelling {
    /** Reserved on one engine or another, so they would have to be quoted in that engine's way. */
    private static final Set<String> RESERVED =
            Set.of(
                    "all",
                    "and",
                    "any",
                    "array",
                    "as",
                    "asc",
                    "between",
                    "both",
                    "by",
                    "case",
                    "check",
                    "column",
                    "constraint",
                    "create",
                    "cross",
                    "current",
                    "cursor",
                    "day",
                    "default",
                    "delete",
                    "desc",
                    "distinct",
                    "drop",
                    "else",
                    "end",
                    "exists",
                    "false",
                    "fetch",
                    "for",
                    "foreign",
                    "from",
                    "full",
                    "function",
                    "grant",
                    "group",
                    "having",
                    "hour",
                    "in",
                    "index",
                    "inner",
                    "insert",
                    "interval",
                    "into",
                    "is",
                    "join",
                    "key",
                    "keys",
                    "leading",
                    "left",
                    "like",
                    "limit",
                    "localtime",
                    "localtimestamp",
                    "match",
                    "minute",
                    "month",
                    "natural",
                    "not",
                    "null",
                    "of",
                    "offset",
                    "on",
                    "only",
                    "or",
                    "order",
                    "outer",
                    "over",
                    "partition",
                    "primary",
                    "range",
                    "rank",
                    "read",
                    "references",
                    "returning",
                    "right",
                    "row",
                    "rows",
                    "second",
                    "select",
                    "session_user",
                    "set",
                    "some",
                    "system",
                    "table",
                    "then",
                    "to",
                    "trailing",
                    "trigger",
                    "true",
                    "union",
                    "unique",
                    "update",
                    "user",
                    "using",
                    "value",
                    "values",
                    "when",
                    "where",
                    "window",
                    "with",
                    "year");

    private ColumnSpelling() {}

    /** The name as it can be written without quotes, or null if it cannot. */
    static String of(String column) {
        String lower = column.toLowerCase(Locale.ROOT);
        boolean folds = column.equals(lower) || column.equals(column.toUpperCase(Locale.ROOT));
        if (!folds || RESERVED.contains(lower)) {
            return null;
        }
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return null;
            }
        }
        return lower.isEmpty() ? null : column;
    }
}
