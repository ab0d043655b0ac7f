package io.lockstep.controller.membership;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The durable form of a view: one JSON file, replaced as a whole (written beside, forced, renamed,
 * directory forced), so that a crash leaves the old or the new one. One writer at a time.
 */
public class MembershipFile {
    private static final int FORMAT = 1;
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private final Path file;

    public MembershipFile(Path dataDir, String virtualDatabase) {
        this.file = dataDir.resolve("membership-" + virtualDatabase + ".json");
    }

    public Path path() {
        return file;
    }

    /**
     * Reads what {@link #write} left.
     *
     * @return empty if the file does not exist: this is the virtual database's first start
     * @throws IOException if it cannot be read or is damaged; nothing is changed then
     */
    public Optional<Stored> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(parse(JSON.readTree(file.toFile())));
        } catch (JsonProcessingException e) {
            throw damaged(e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw damaged(e.getMessage(), e);
        }
    }

    private IOException damaged(String why, Exception cause) {
        return new IOException(
                "membership file "
                        + file
                        + " is damaged: "
                        + why
                        + ". It says which databases hold every acknowledged write; nothing was changed."
                        + " Restore it from a copy, or remove it only if you know that all databases are equal",
                cause);
    }

    private static Stored parse(JsonNode root) {
        long format = number(root, "format");
        if (format != FORMAT) {
            throw new IllegalArgumentException("format " + format + ", expected " + FORMAT);
        }
        JsonNode backends = root.required("backends");
        if (!backends.isObject() || backends.isEmpty()) {
            throw new IllegalArgumentException("it names no backends");
        }
        Map<String, View.Standing> standings = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> e : backends.properties()) {
            JsonNode node = e.getValue();
            standings.put(
                    e.getKey(),
                    new View.Standing(
                            BackendState.valueOf(text(node, "state")),
                            text(node, "reason"),
                            number(node, "since")));
        }
        return new Stored(number(root, "epoch"), new View(number(root, "view"), standings));
    }

    /** Strictly: what is no number must not pass for 0. */
    private static long number(JsonNode node, String key) {
        JsonNode value = node.required(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(key + " is " + value + ", expected a number");
        }
        return value.asLong();
    }

    private static String text(JsonNode node, String key) {
        JsonNode value = node.required(key);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(key + " is " + value + ", expected a text");
        }
        return value.textValue();
    }

    /** Durable when it returns. */
    public void write(Stored stored) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("format", FORMAT).put("epoch", stored.epoch()).put("view", stored.view().number());
        ObjectNode backends = root.putObject("backends");
        stored.view()
                .standings()
                .forEach(
                        (name, standing) ->
                                backends.putObject(name)
                                        .put("state", standing.state().name())
                                        .put("reason", standing.reason())
                                        .put("since", standing.sinceEpochMillis()));
        replace(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root));
    }

    private void replace(byte[] content) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out =
                FileChannel.open(
                        beside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(
                beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true); // the rename itself must survive a power loss
        }
    }

    /**
     * What is on disk.
     *
     * @param epoch number of the controller's reign that wrote it
     */
    public record Stored(long epoch, View view) {}
}
