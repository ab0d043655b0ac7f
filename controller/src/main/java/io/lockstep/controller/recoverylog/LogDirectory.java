package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.util.List;

/**
 * Where a log's files are: the few things the log asks of a file system, so that tests can put one
 * under it that loses what was not forced. Thread-safe. {@link Object#toString} names it in
 * messages.
 */
public interface LogDirectory {

    /** Names of all files, in any order. */
    List<String> list() throws IOException;

    /** A new, empty file. Its name survives a crash only once {@link #force} has returned. */
    LogFile create(String name) throws IOException;

    /** An existing file, to be read and written. */
    LogFile open(String name) throws IOException;

    /** An existing file, to be read only. */
    LogFile openToRead(String name) throws IOException;

    /** Deletes a file, durably once {@link #force} has returned. Those who have it open read on. */
    void delete(String name) throws IOException;

    /** Makes all names created and deletions so far durable. */
    void force() throws IOException;
}
