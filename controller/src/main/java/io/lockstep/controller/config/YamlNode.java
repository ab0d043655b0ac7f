package io.lockstep.controller.config;

import java.util.List;
import java.util.Map;

/** A piece of YAML and the line it begins on. Scalars stay text: {@code 0123} is not a number. */
sealed interface YamlNode {
    int line();

    record Mapping(Map<String, YamlNode> entries, int line) implements YamlNode {}

    record Sequence(List<YamlNode> items, int line) implements YamlNode {}

    record Scalar(String text, int line) implements YamlNode {}

    /** A key without a value, or {@code null} written out. */
    record Nothing(int line) implements YamlNode {}

    /** What it is, for messages. */
    default String kind() {
        if (this instanceof Mapping) {
            return "a mapping";
        }
        if (this instanceof Sequence) {
            return "a list";
        }
        return this instanceof Scalar ? "a single value" : "nothing";
    }
}
