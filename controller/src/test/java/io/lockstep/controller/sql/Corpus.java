package io.lockstep.controller.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The table of statements in {@code classification.txt}: what each is, which locks it takes, what
 * is sent. One block per statement:
 *
 * <pre>
 * ENGINES STATEMENT
 *     CLASS flags
 *     writes a, b; reads c
 *     locks IX database, X counter[p:?1]
 *     numbers +counter given out, counter hears ?1, counter unseen by us or anew
 *     pg gets TEXT
 *     refused MESSAGE
 * </pre>
 *
 * Parameters of the example execution are unknown, so keys show as {@code ?n}. {@link #main} prints
 * the blocks anew for the statements on standard input, for a person to review.
 */
final class Corpus {
    record Entry(String engines, String sql, List<String> expected) {
        @Override
        public String toString() {
            return engines + " " + sql;
        }
    }

    private Corpus() {}

    static List<Entry> read() throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                Corpus.class.getResourceAsStream("classification.txt"),
                                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("    ")) {
                    entries.get(entries.size() - 1).expected().add(line.strip());
                } else if (!line.isBlank() && !line.startsWith("##")) {
                    int space = line.indexOf(' ');
                    entries.add(
                            new Entry(
                                    line.substring(0, space),
                                    line.substring(space + 1),
                                    new ArrayList<>()));
                }
            }
        }
        return entries;
    }

    static StatementClass classify(String engines, String sql) {
        return StatementClassifiers.create(TestDialects.of(engines), TestSchema.catalogue(), 100)
                .classify(sql);
    }

    /** The block's indented lines for what the classifier says. */
    static List<String> describe(String engines, StatementClass statement) {
        List<String> lines = new ArrayList<>();
        lines.add(statement.kind() + flags(statement));
        if (statement.refusal() != null) {
            lines.add("refused " + statement.refusal());
            return lines;
        }
        String tables = names("writes ", statement.tablesWritten());
        String read = names("reads ", statement.tablesRead());
        if (!tables.isEmpty() || !read.isEmpty()) {
            lines.add(tables + (tables.isEmpty() || read.isEmpty() ? "" : "; ") + read);
        }
        String locks = locks(statement);
        if (!locks.isEmpty()) {
            lines.add("locks " + locks);
        }
        String numbers = numbers(statement.numbering());
        if (!numbers.isEmpty()) {
            lines.add("numbers " + numbers);
        }
        DecidedValues values = new DecidedValues(Instant.EPOCH, Instant.EPOCH, ZoneOffset.UTC);
        List<Object> parameters = new ArrayList<>();
        for (int i = 1; i <= statement.parameterCount(); i++) {
            parameters.add("?" + i);
        }
        for (String engine :
                engines.equals("*") ? "pg+h2+derby+maria".split("\\+") : engines.split("\\+")) {
            StatementClass.Forwarded sent =
                    statement.forward(TestDialects.of(engine).get(0), parameters, values);
            if (!sent.text().equals(statement.text())) {
                lines.add(engine + " gets " + sent.text().replaceAll("\\s+", " "));
            }
        }
        return lines;
    }

    private static String flags(StatementClass statement) {
        StringBuilder flags = new StringBuilder();
        if (statement.atMostOneRow()) {
            flags.append(" one-row");
        }
        if (statement.returnsRows() && statement.kind() != StatementKind.READ) {
            flags.append(" returns-rows");
        }
        if (statement.generatesKeys()) {
            flags.append(" generates-keys");
        }
        if (statement.answeredByOne()) {
            flags.append(" answered-by-one");
        }
        if (statement.harmlessDdl()) {
            flags.append(" harmless-ddl");
        }
        if (statement.lockWait() != StatementClass.LockWait.WAIT) {
            flags.append(' ').append(statement.lockWait().name().toLowerCase(Locale.ROOT));
        }
        if (statement.claim().isPresent()) {
            flags.append(" claims-rows");
        }
        if (statement.transactionVerb() != null) {
            flags.append(' ').append(statement.transactionVerb().verb());
            if (statement.transactionVerb().name() != null) {
                flags.append(' ').append(statement.transactionVerb().name());
            }
            if (statement.transactionVerb().isolation() >= 0) {
                flags.append(' ').append(statement.transactionVerb().isolation());
            }
        }
        return flags.toString();
    }

    /** Each value given out, values heard of, and what the databases count themselves. */
    private static String numbers(Numbering numbering) {
        List<String> parts = new ArrayList<>();
        numbering.allocated().forEach(counter -> parts.add("+" + counter));
        for (Numbering.Given given : numbering.given()) {
            int parameter = given.number().parameter();
            String value =
                    parameter < 0 ? given.number().constant().toString() : "?" + (parameter + 1);
            parts.add(given.counter() + (given.fillsIn() ? " perhaps " : " hears ") + value);
        }
        numbering.drawn().stream()
                .map(counter -> counter + (numbering.resets() ? " anew" : " unseen"))
                .sorted()
                .forEach(parts::add);
        boolean writes = numbering.anything() && numbering.counts();
        return String.join(", ", parts) + (writes ? ", anything" : "");
    }

    private static String names(String title, Set<String> names) {
        return names.isEmpty() ? "" : title + String.join(", ", names.stream().sorted().toList());
    }

    /** From explain(), which shows parameters by number. */
    private static String locks(StatementClass statement) {
        List<String> locks = new ArrayList<>();
        for (String line : statement.explain()) {
            if (line.startsWith("lock: ")) {
                String lock = line.substring("lock: ".length());
                int or = lock.indexOf(", or ");
                lock = or < 0 ? lock : lock.substring(0, or);
                int space = lock.indexOf(' ');
                locks.add(shortMode(lock.substring(0, space)) + lock.substring(space));
            }
        }
        return String.join(", ", locks);
    }

    private static String shortMode(String mode) {
        return switch (mode) {
            case "ACCESS_SHARE" -> "AS";
            case "INTENT_SHARE" -> "IS";
            case "KEY_SHARE" -> "KS";
            case "INTENT_EXCLUSIVE" -> "IX";
            case "SHARE" -> "S";
            case "NO_KEY_EXCLUSIVE" -> "NKX";
            case "EXCLUSIVE" -> "X";
            case "ACCESS_EXCLUSIVE" -> "AX";
            default -> mode;
        };
    }

    /** Prints the blocks for lines {@code ENGINES STATEMENT} on standard input. */
    public static void main(String[] arguments) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("##") || line.isBlank() || line.startsWith("    ")) {
                if (line.startsWith("##")) {
                    System.out.println(line + "\n");
                }
                continue;
            }
            int space = line.indexOf(' ');
            String engines = line.substring(0, space);
            StatementClass statement = classify(engines, line.substring(space + 1));
            System.out.println(line);
            describe(engines, statement).forEach(detail -> System.out.println("    " + detail));
            System.out.println();
        }
    }
}
