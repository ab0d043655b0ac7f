package io.lockstep.controller.redo;

import io.lockstep.controller.recoverylog.LogDirectory;
import io.lockstep.controller.recoverylog.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A log's files in memory. Can be told to fail. */
public final class MemoryDirectory implements LogDirectory {
    private final Map<String, MemoryFile> files = new ConcurrentHashMap<>();
    private volatile boolean broken;
    private volatile boolean full;

    /** From now on nothing can be forced. */
    public void breakForces() {
        broken = true;
    }

    /** Whether there is no room for another file. */
    public void full(boolean now) {
        full = now;
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public LogFile create(String name) throws IOException {
        if (full) {
            throw new IOException("no space left");
        }
        return files.computeIfAbsent(name, n -> new MemoryFile());
    }

    @Override
    public LogFile open(String name) throws IOException {
        MemoryFile file = files.get(name);
        if (file == null) {
            throw new NoSuchFileException(name);
        }
        return file;
    }

    @Override
    public LogFile openToRead(String name) throws IOException {
        return open(name);
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void force() throws IOException {
        if (broken) {
            throw new IOException("the disk is gone");
        }
    }

    private final class MemoryFile implements LogFile {
        private byte[] bytes = {}; // guarded by this

        @Override
        public synchronized void write(long offset, ByteBuffer source) {
            int end = Math.toIntExact(offset) + source.remaining();
            if (end > bytes.length) {
                bytes = java.util.Arrays.copyOf(bytes, end);
            }
            source.get(bytes, Math.toIntExact(offset), source.remaining());
        }

        @Override
        public synchronized int read(long offset, ByteBuffer target) {
            int count = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
            if (count > 0) {
                target.put(bytes, Math.toIntExact(offset), count);
            }
            return count;
        }

        @Override
        public synchronized long size() {
            return bytes.length;
        }

        @Override
        public void force() throws IOException {
            MemoryDirectory.this.force();
        }

        @Override
        public void close() {
            // stays in memory
        }
    }
}
