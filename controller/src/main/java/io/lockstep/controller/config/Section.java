package io.lockstep.controller.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One mapping of the file, read key by key. Whatever is wrong goes to {@link Problems} and the
 * default is used on, so that one run finds everything. {@link #finish} reports the keys nobody
 * asked for.
 */
final class Section {
    private final String path;
    private final int line;
    private final Map<String, YamlNode> entries;
    private final Problems problems;
    private final Variables variables;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(
            String path,
            int line,
            Map<String, YamlNode> entries,
            Problems problems,
            Variables variables) {
        this.path = path;
        this.line = line;
        this.entries = entries;
        this.problems = problems;
        this.variables = variables;
    }

    /** A section of {@code node}, empty (and a problem) if that is no mapping. */
    static Section of(String path, YamlNode node, Problems problems, Variables variables) {
        if (node instanceof YamlNode.Mapping mapping) {
            return new Section(path, node.line(), mapping.entries(), problems, variables);
        }
        problems.add(path, node.line(), "is " + node.kind() + ", expected a mapping (key: value)");
        return new Section(path, node.line(), Map.of(), problems, variables);
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    void problem(String key, String message) {
        YamlNode node = entries.get(key);
        problems.add(path(key), node == null ? line : node.line(), message);
    }

    boolean has(String key) {
        YamlNode node = entries.get(key);
        return node != null && !(node instanceof YamlNode.Nothing);
    }

    // ------------------------------------------------------------------ structure

    /** The mapping under {@code key}; an empty one if the key is missing. */
    Section section(String key) {
        known.add(key);
        if (!has(key)) {
            return new Section(path(key), line, Map.of(), problems, variables);
        }
        return of(path(key), entries.get(key), problems, variables);
    }

    /** The mappings of the list under {@code key}, which must have at least one. */
    List<Section> sections(String key, String whatItLists) {
        known.add(key);
        List<Section> sections = new ArrayList<>();
        if (!has(key)) {
            problem(key, "is missing; name at least one " + whatItLists);
        } else if (entries.get(key) instanceof YamlNode.Sequence sequence) {
            for (YamlNode item : sequence.items()) {
                String itemPath = path(key) + "[" + sections.size() + "]";
                sections.add(of(itemPath, item, problems, variables));
            }
            if (sections.isEmpty()) {
                problem(key, "is empty; name at least one " + whatItLists);
            }
        } else {
            problem(key, "is " + entries.get(key).kind() + ", expected a list");
        }
        return sections;
    }

    /** The values of the list under {@code key}; none if it is missing. */
    <T> List<T> values(String key, Function<String, T> parse) {
        known.add(key);
        List<T> values = new ArrayList<>();
        if (!has(key)) {
            return values;
        }
        if (!(entries.get(key) instanceof YamlNode.Sequence sequence)) {
            problem(key, "is " + entries.get(key).kind() + ", expected a list");
            return values;
        }
        for (YamlNode item : sequence.items()) {
            if (item instanceof YamlNode.Scalar scalar) {
                try {
                    values.add(parse.apply(variables.expand(scalar.text())));
                } catch (IllegalArgumentException e) {
                    problems.add(path(key), item.line(), e.getMessage());
                }
            } else {
                problems.add(path(key), item.line(), "is " + item.kind() + ", expected a value");
            }
        }
        return values;
    }

    void finish() {
        for (Map.Entry<String, YamlNode> entry : entries.entrySet()) {
            if (!known.contains(entry.getKey())) {
                String key = entry.getKey();
                problems.add(path(key), entry.getValue().line(), "unknown key" + suggestion(key));
            }
        }
    }

    private String suggestion(String unknown) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> Spelling.distance(unknown, candidate)))
                .filter(candidate -> Spelling.isClose(unknown, candidate))
                .map(candidate -> "; did you mean " + candidate + "?")
                .orElse("; known here are " + String.join(", ", known));
    }

    // ------------------------------------------------------------------ values

    Optional<String> text(String key) {
        return value(key, text -> text);
    }

    String requiredText(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty() && !has(key)) {
            problem(key, "is missing");
        } else if (text.isPresent() && text.get().isBlank()) {
            problem(key, "is empty");
        }
        return text.orElse("");
    }

    int number(String key, int fallback, int min, int max) {
        return value(
                        key,
                        text -> {
                            long number = parseNumber(text);
                            if (number < min || number > max) {
                                throw new IllegalArgumentException(
                                        text + ", expected " + min + " to " + max);
                            }
                            return (int) number;
                        })
                .orElse(fallback);
    }

    private static long parseNumber(String text) {
        if (!text.matches("-?\\d{1,18}")) {
            throw new IllegalArgumentException("\"" + text + "\", expected a whole number");
        }
        return Long.parseLong(text);
    }

    boolean flag(String key, boolean fallback) {
        return value(
                        key,
                        text ->
                                switch (text) {
                                    case "true" -> true;
                                    case "false" -> false;
                                    default ->
                                            throw new IllegalArgumentException(
                                                    "\"" + text + "\", expected true or false");
                                })
                .orElse(fallback);
    }

    /** Longer than nothing and at most {@code max}. */
    Duration duration(String key, Duration fallback, Duration max) {
        return value(
                        key,
                        text -> {
                            Duration duration = Units.duration(text);
                            if (duration.isZero() || duration.compareTo(max) > 0) {
                                throw new IllegalArgumentException(
                                        text + ", expected more than 0 and at most " + show(max));
                            }
                            return duration;
                        })
                .orElse(fallback);
    }

    private static String show(Duration duration) {
        return duration.toSeconds() % 3600 == 0
                ? duration.toHours() + "h"
                : duration.toSeconds() + "s";
    }

    long size(String key, long fallback, long min, long max) {
        return value(
                        key,
                        text -> {
                            long size = Units.size(text);
                            if (size < min || size > max) {
                                throw new IllegalArgumentException(
                                        "%s, expected %dMB to %dMB"
                                                .formatted(text, min >> 20, max >> 20));
                            }
                            return size;
                        })
                .orElse(fallback);
    }

    /** One of the constants, written in lower case with hyphens. */
    <E extends Enum<E>> E choice(String key, E fallback) {
        E[] choices = fallback.getDeclaringClass().getEnumConstants();
        return value(
                        key,
                        text -> {
                            List<String> names = new ArrayList<>();
                            for (E choice : choices) {
                                if (spelled(choice).equals(text)) {
                                    return choice;
                                }
                                names.add(spelled(choice));
                            }
                            throw new IllegalArgumentException(
                                    "\"" + text + "\", expected " + String.join(" | ", names));
                        })
                .orElse(fallback);
    }

    private static String spelled(Enum<?> choice) {
        return choice.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The value under {@code key}, or empty if there is none or it is (now reported as) wrong. */
    <T> Optional<T> value(String key, Function<String, T> parse) {
        known.add(key);
        if (!has(key)) {
            return Optional.empty();
        }
        if (!(entries.get(key) instanceof YamlNode.Scalar scalar)) {
            problem(key, "is " + entries.get(key).kind() + ", expected a single value");
            return Optional.empty();
        }
        try {
            return Optional.of(parse.apply(variables.expand(scalar.text())));
        } catch (IllegalArgumentException e) {
            problem(key, e.getMessage());
            return Optional.empty();
        }
    }
}
