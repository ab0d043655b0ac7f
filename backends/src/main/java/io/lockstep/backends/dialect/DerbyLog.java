package io.lockstep.backends.dialect;

import java.io.Writer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an embedded Derby writes instead of a file {@code derby.log} in the working directory. The
 * engine finds {@link #writer} by name, so the class is public.
 */
public final class DerbyLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.apache.derby");
    private static final String METHOD = "derby.stream.error.method";

    private DerbyLog() {}

    /** Takes effect if Derby has not been booted yet and the user has not chosen otherwise. */
    static void redirect() {
        boolean chosen =
                System.getProperties().stringPropertyNames().stream()
                        .anyMatch(name -> name.startsWith("derby.stream.error."));
        if (!chosen) {
            System.setProperty(METHOD, DerbyLog.class.getName() + ".writer");
        }
    }

    /** Called by Derby once, when it boots. */
    public static Writer writer() {
        return new LineWriter();
    }

    /** Derby writes from several threads, a line in pieces. */
    private static final class LineWriter extends Writer {
        private static final int LONGEST_LINE = 4_000;

        /** Guarded by {@code lock} of the superclass. */
        private final StringBuilder line = new StringBuilder();

        @Override
        public void write(char[] text, int offset, int length) {
            synchronized (lock) {
                for (int i = offset; i < offset + length; i++) {
                    if (text[i] == '\n' || line.length() == LONGEST_LINE) {
                        flushLine();
                    } else if (text[i] != '\r') {
                        line.append(text[i]);
                    }
                }
            }
        }

        private void flushLine() {
            if (!line.isEmpty()) {
                LOG.debug("{}", line);
                line.setLength(0);
            }
        }

        @Override
        public void flush() {
            // A line goes out when it ends; half a line would be worth nothing.
        }

        @Override
        public void close() {
            synchronized (lock) {
                flushLine();
            }
        }
    }
}
