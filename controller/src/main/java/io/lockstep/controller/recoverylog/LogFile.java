package io.lockstep.controller.recoverylog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One open file. Different threads may read and write different parts of it at the same time. An
 * interrupt of the calling thread must not disturb any of it.
 */
public interface LogFile extends Closeable {

    /** Writes all that remains in the source; the file grows if need be. */
    void write(long offset, ByteBuffer source) throws IOException;

    /**
     * Fills the target as far as the file goes.
     *
     * @return bytes read, fewer than the target had room for only at the end of the file; 0 there
     */
    int read(long offset, ByteBuffer target) throws IOException;

    long size() throws IOException;

    /** Returns once everything written so far is on stable storage, the file's size included. */
    void force() throws IOException;
}
