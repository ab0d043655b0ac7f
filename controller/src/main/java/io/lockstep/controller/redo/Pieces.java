package io.lockstep.controller.redo;

import io.lockstep.protocol.LargeKind;
import io.lockstep.protocol.LargeReference;
import io.lockstep.protocol.LargeValue;
import io.lockstep.protocol.LargeValueResolver;
import io.lockstep.protocol.LargeValues;
import io.lockstep.protocol.ProtocolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Large values read back from the log: their chunks wait in a temporary file until the step that
 * uses them has been run. One thread.
 */
final class Pieces implements LargeValueResolver, AutoCloseable {
    private final Path directory;
    private final Map<Integer, List<Extent>> values = new HashMap<>();
    private Path path;
    private RandomAccessFile file;
    private long size;

    private record Extent(long start, int length) {}

    Pieces(Path directory) {
        this.directory = directory;
    }

    /** Takes the payload of a VALUE record. */
    void add(byte[] payload) throws IOException {
        if (payload.length < CommitRecord.CHUNK_HEADER_BYTES) {
            throw new DamagedRedoException("a chunk of " + payload.length + " bytes");
        }
        if (file == null) {
            path = Files.createTempFile(directory, "value-", ".tmp");
            file = new RandomAccessFile(path.toFile(), "rw");
        }
        int valueId = ByteBuffer.wrap(payload).getInt();
        int length = payload.length - CommitRecord.CHUNK_HEADER_BYTES;
        file.seek(size);
        file.write(payload, CommitRecord.CHUNK_HEADER_BYTES, length);
        values.computeIfAbsent(valueId, id -> new ArrayList<>()).add(new Extent(size, length));
        size += length;
    }

    /** What was added so far has been used. */
    void forget() {
        values.clear();
        size = 0;
    }

    @Override
    public Object resolve(LargeReference reference) throws ProtocolException {
        List<Extent> extents = values.get(reference.valueId());
        if (extents == null) {
            throw new ProtocolException("value " + reference.valueId() + " is not in the log");
        }
        Spilled value = new Spilled(reference.kind(), path, extents);
        if (reference.kind() == LargeKind.STRING || reference.kind() == LargeKind.BYTES) {
            return value;
        }
        try (InputStream in = value.openStream()) {
            return LargeValues.decode(reference, in.readAllBytes());
        } catch (IOException e) {
            throw new ProtocolException(
                    "value " + reference.valueId() + " could not be read back", e);
        }
    }

    /** A value in the temporary file. */
    private record Spilled(LargeKind kind, Path path, List<Extent> extents) implements LargeValue {
        @Override
        public long byteLength() {
            return extents.stream().mapToLong(Extent::length).sum();
        }

        @Override
        public InputStream openStream() throws IOException {
            List<InputStream> parts = new ArrayList<>();
            for (Extent extent : extents) {
                parts.add(new Part(path, extent));
            }
            return extents.isEmpty()
                    ? new ByteArrayInputStream(new byte[0])
                    : new SequenceInputStream(Collections.enumeration(parts));
        }
    }

    /** One chunk, read from the file when it is wanted. */
    private static final class Part extends InputStream {
        private final Path path;
        private final Extent extent;
        private InputStream content;

        Part(Path path, Extent extent) {
            this.path = path;
            this.extent = extent;
        }

        private InputStream content() throws IOException {
            if (content == null) {
                byte[] bytes = new byte[extent.length()];
                try (RandomAccessFile in = new RandomAccessFile(path.toFile(), "r")) {
                    in.seek(extent.start());
                    in.readFully(bytes);
                }
                content = new ByteArrayInputStream(bytes);
            }
            return content;
        }

        @Override
        public int read() throws IOException {
            return content().read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return content().read(target, offset, length);
        }

        @Override
        public void close() throws IOException {
            content = InputStream.nullInputStream(); // what was read may be collected
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            Files.deleteIfExists(path);
        }
    }
}
