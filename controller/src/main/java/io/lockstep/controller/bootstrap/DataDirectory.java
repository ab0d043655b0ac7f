package io.lockstep.controller.bootstrap;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The controller's durable state, locked for one process. */
final class DataDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Creates it if need be, and locks it until {@link #close} or the end of the process. */
    static DataDirectory open(Path path) throws StartException {
        try {
            Files.createDirectories(path);
            FileChannel channel =
                    FileChannel.open(
                            path.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new StartException(
                        "dataDir "
                                + path
                                + " is in use by another controller. Stop that one, or give this one a dataDir of its"
                                + " own");
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new StartException("dataDir " + path + " cannot be used: " + e, e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process holds it
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
