package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A directory of a real file system.
 *
 * <p>Not {@code FileChannel}: an interrupt of a thread that is using one closes it, and a force
 * whose result got lost that way would have to fail the log for everybody. {@link
 * AsynchronousFileChannel} takes no notice of interrupts, and with an executor that runs each task
 * in the calling thread nothing about it is asynchronous.
 */
public final class DiskDirectory implements LogDirectory {
    private static final SameThread SAME_THREAD = new SameThread();

    private final Path path;

    private DiskDirectory(Path path) {
        this.path = path;
    }

    /** The directory with this path, which is created, durably, if it does not exist. */
    public static DiskDirectory at(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        if (!Files.isDirectory(absolute)) {
            Files.createDirectories(absolute);
            forceDirectory(absolute.getParent());
        }
        return new DiskDirectory(absolute);
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    @Override
    public LogFile create(String name) throws IOException {
        return open(
                name,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public LogFile open(String name) throws IOException {
        return open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public LogFile openToRead(String name) throws IOException {
        return open(name, StandardOpenOption.READ);
    }

    private LogFile open(String name, OpenOption... options) throws IOException {
        return new DiskFile(
                AsynchronousFileChannel.open(path.resolve(name), Set.of(options), SAME_THREAD));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.delete(path.resolve(name));
    }

    @Override
    public void force() throws IOException {
        forceDirectory(path);
    }

    private static void forceDirectory(Path directory) throws IOException {
        try (AsynchronousFileChannel channel =
                AsynchronousFileChannel.open(
                        directory, Set.of(StandardOpenOption.READ), SAME_THREAD)) {
            channel.force(true);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private record DiskFile(AsynchronousFileChannel channel) implements LogFile {

        @Override
        public void write(long offset, ByteBuffer source) throws IOException {
            long position = offset;
            while (source.hasRemaining()) {
                position += done(channel.write(source, position));
            }
        }

        @Override
        public int read(long offset, ByteBuffer target) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int count = done(channel.read(target, offset + total));
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        /** The result of what the same thread has done already, so nothing waits here. */
        private static int done(Future<Integer> result) throws IOException {
            try {
                return result.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException cause) {
                    throw cause;
                }
                throw new IOException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void force() throws IOException {
            channel.force(false); // the size is synced with the data, times need not be
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Runs everything at once in the thread that asks. */
    private static final class SameThread extends AbstractExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
