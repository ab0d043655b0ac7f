package io.lockstep.controller.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** YAML text to {@link YamlNode}. */
final class YamlReader {
    private final YAMLParser parser;
    private final Problems problems;

    private YamlReader(YAMLParser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** Empty if the text is not YAML at all; then {@code problems} says where and why. */
    static Optional<YamlNode> read(String text, Problems problems) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            if (parser.nextToken() == null) {
                problems.add("the file is empty; see config-examples/quickstart.yaml for a start");
                return Optional.empty();
            }
            YamlReader reader = new YamlReader(parser, problems);
            YamlNode root = reader.node("");
            if (parser.nextToken() != null) {
                problems.add("", reader.line(), "a second document begins here, expected one");
            }
            return Optional.of(root);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            problems.add("", line, "not valid YAML: " + firstLine(e.getOriginalMessage()));
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException("reading a string failed", e);
        }
    }

    private YamlNode node(String path) throws IOException {
        int line = line();
        if (parser.isCurrentAlias()) {
            problems.add(path, line, "YAML aliases (*name) are not supported");
            return new YamlNode.Nothing(line);
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return mapping(path, line);
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(path + "[" + items.size() + "]"));
            }
            return new YamlNode.Sequence(items, line);
        }
        return token == JsonToken.VALUE_NULL
                ? new YamlNode.Nothing(line)
                : new YamlNode.Scalar(parser.getText(), line);
    }

    private YamlNode mapping(String path, int line) throws IOException {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String keyPath = path.isEmpty() ? key : path + "." + key;
            int keyLine = line();
            parser.nextToken();
            YamlNode value = node(keyPath);
            YamlNode earlier = entries.putIfAbsent(key, value);
            if (earlier != null) {
                problems.add(keyPath, keyLine, "given twice, first on line " + earlier.line());
            }
        }
        return new YamlNode.Mapping(entries, line);
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private static String firstLine(String message) {
        return message.lines()
                .map(String::strip)
                .limit(2)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }
}
