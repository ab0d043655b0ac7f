package io.lockstep.tests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Ends the children of this JVM when it ends, in whatever way it ends.
 *
 * <p>A shutdown hook would not do: a test run that is killed, or halted by the build, runs none. A
 * small shell process holds the read end of a pipe instead; when this JVM is gone it sees the end
 * of the pipe and kills what was registered. A process is only killed if it still has the start
 * time it had when registered, so a process id used again by somebody else is safe.
 */
final class OrphanGuard {
    private static final String SCRIPT =
            """
            trap '' INT TERM HUP
            started() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
            while read -r pid; do children="$children $pid:$(started "$pid")"; done
            for child in $children; do
              pid=${child%%:*}; start=${child#*:}
              if [ -n "$start" ] && [ "$(started "$pid")" = "$start" ]; then kill -9 "$pid"; fi
            done
            """;

    private static final OrphanGuard INSTANCE = new OrphanGuard();

    private final Writer registrations;

    private OrphanGuard() {
        try {
            Process guard =
                    new ProcessBuilder("sh", "-c", SCRIPT)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            registrations = guard.outputWriter(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start the shell that ends child processes", e);
        }
    }

    static void register(Process child) {
        synchronized (INSTANCE) {
            try {
                INSTANCE.registrations.write(child.pid() + "\n");
                INSTANCE.registrations.flush();
            } catch (IOException e) {
                throw new UncheckedIOException("the shell that ends child processes is gone", e);
            }
        }
    }
}
