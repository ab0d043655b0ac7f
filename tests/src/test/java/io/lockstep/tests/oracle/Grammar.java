package io.lockstep.tests.oracle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes texts out of rules. A file of rules reads
 *
 * <pre>
 * # comment
 * name:
 *     an alternative with a &lt;rule&gt; in it
 *     3| one that is taken three times as often
 * name+:
 *     one more alternative for a rule of a file read before
 * </pre>
 *
 * A rule named anew replaces the one read before. The first alternative of a rule has to lead to an
 * end: it is taken where a text has become deep. {@code <number>} is built in: a number that is
 * hardly ever the same.
 */
final class Grammar {
    private static final Pattern REFERENCE = Pattern.compile("<([a-z][a-z_0-9]*)>");
    private static final Pattern WEIGHTED = Pattern.compile("(\\d+)\\| (.*)");
    private static final int DEPTH_MAX = 9;

    private record Alternative(int weight, String text) {}

    private final Map<String, List<Alternative>> rules = new HashMap<>();

    /** Rules from resources beside this class; later ones add to earlier ones. */
    static Grammar of(String... resources) {
        Grammar grammar = new Grammar();
        for (String resource : resources) {
            try (InputStream in = Grammar.class.getResourceAsStream(resource)) {
                grammar.read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + resource, e);
            }
        }
        grammar.check();
        return grammar;
    }

    private void read(BufferedReader in) throws IOException {
        String name = "";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("    ")) {
                Matcher weighted = WEIGHTED.matcher(line.substring(4));
                boolean hasWeight = weighted.matches();
                rules.get(name)
                        .add(
                                new Alternative(
                                        hasWeight ? Integer.parseInt(weighted.group(1)) : 1,
                                        hasWeight ? weighted.group(2) : line.substring(4)));
            } else if (line.endsWith("+:")) {
                name = line.substring(0, line.length() - 2);
                rules.computeIfAbsent(name, n -> new ArrayList<>());
            } else if (line.endsWith(":") && !line.startsWith("#")) {
                name = line.substring(0, line.length() - 1);
                rules.put(name, new ArrayList<>());
            }
        }
    }

    private void check() {
        rules.forEach(
                (name, alternatives) -> {
                    for (Alternative alternative : alternatives) {
                        Matcher reference = REFERENCE.matcher(alternative.text);
                        while (reference.find()) {
                            String used = reference.group(1);
                            if (!used.equals("number") && !rules.containsKey(used)) {
                                throw new IllegalStateException(
                                        "rule " + name + " uses <" + used + ">, which is nowhere");
                            }
                        }
                    }
                });
    }

    /** A text that the rule stands for. */
    String text(String rule, Random random) {
        StringBuilder text = new StringBuilder();
        expand(rule, random, 0, text);
        return text.toString();
    }

    private void expand(String rule, Random random, int depth, StringBuilder text) {
        if (rule.equals("number")) {
            text.append(100 + random.nextInt(100_000));
            return;
        }
        List<Alternative> alternatives = rules.get(rule);
        String chosen = choose(alternatives, random, depth);
        Matcher reference = REFERENCE.matcher(chosen);
        int done = 0;
        while (reference.find()) {
            text.append(chosen, done, reference.start());
            expand(reference.group(1), random, depth + 1, text);
            done = reference.end();
        }
        text.append(chosen, done, chosen.length());
    }

    private static String choose(List<Alternative> alternatives, Random random, int depth) {
        if (depth >= DEPTH_MAX) {
            return alternatives.get(0).text;
        }
        int total = 0;
        for (Alternative alternative : alternatives) {
            total += alternative.weight;
        }
        int ticket = random.nextInt(total);
        for (Alternative alternative : alternatives) {
            ticket -= alternative.weight;
            if (ticket < 0) {
                return alternative.text;
            }
        }
        throw new AssertionError(alternatives);
    }
}
