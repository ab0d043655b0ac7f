package io.lockstep.controller.execution;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;

/**
 * Generated keys, returned rows and OUT values as the log keeps them: a short text that is equal
 * for answers that agree. Few values are written out, so that a message can name them; of many
 * there are the number and a digest. Rows come in any order.
 */
final class ReturnedRows {
    /** Some hundreds of numbers. */
    private static final int CHARS_MAX = 2000;

    /** Larger powers of ten stay powers of ten. */
    private static final int PLAIN_DIGITS = 40;

    private ReturnedRows() {}

    /** Null if the answer holds nothing that could be compared. */
    static String of(StatementResult result) {
        if (result instanceof StatementResult.Count count) {
            return keys(count.keys());
        }
        if (result instanceof StatementResult.Counts counts) {
            return keys(counts.keys());
        }
        if (result instanceof StatementResult.Rows rows) {
            return "rows " + text(rows.rows());
        }
        StringJoiner all = new StringJoiner("; ");
        all.setEmptyValue("");
        if (result instanceof StatementResult.Called called) {
            if (called.out() != null) {
                all.add("OUT values " + text(called.out()));
            }
            called.rowsToCompare().forEach(rows -> all.add("rows " + text(rows)));
        } else if (result instanceof StatementResult.Several several) {
            for (StatementResult each : several.results()) {
                String returned = of(each);
                all.add(returned == null ? "a count" : returned);
            }
        }
        return bounded(all.toString());
    }

    private static String keys(CopiedRows keys) {
        return keys == null ? null : "keys " + text(keys);
    }

    private static String bounded(String text) {
        if (text.isEmpty()) {
            return null;
        }
        return text.length() <= CHARS_MAX
                ? text
                : "results of digest " + HexFormat.of().formatHex(digest(text), 0, 16);
    }

    private static String text(CopiedRows rows) {
        List<String> few = new ArrayList<>();
        int chars = 0;
        byte[] sum = new byte[16];
        for (List<Object> row : rows.rows()) {
            String shown = show(row);
            chars += shown.length() + 2;
            if (chars <= CHARS_MAX) {
                few.add(shown);
            }
            add(sum, digest(shown));
        }
        if (chars > CHARS_MAX) {
            return "%d of digest %s".formatted(rows.rows().size(), HexFormat.of().formatHex(sum));
        }
        Collections.sort(few);
        return few.isEmpty() ? "none" : String.join(", ", few);
    }

    private static String show(List<Object> row) {
        StringJoiner shown = new StringJoiner(", ", "[", "]");
        for (Object value : row) {
            shown.add(show(value));
        }
        return shown.toString();
    }

    /** Engines differ in the types of generated keys, so numbers count by value. */
    private static String show(Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof BigDecimal number) {
            return plain(number);
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return plain(new BigDecimal(number.toString()));
        }
        return String.valueOf(value);
    }

    private static String plain(BigDecimal number) {
        BigDecimal shortest = number.stripTrailingZeros();
        boolean readable = Math.abs((long) shortest.scale()) < PLAIN_DIGITS;
        return readable ? shortest.toPlainString() : shortest.toString();
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Byte by byte: the sum is the same in any order. */
    private static void add(byte[] sum, byte[] digest) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += digest[i];
        }
    }
}
