package io.lockstep.tests.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One operating-system process, with all it starts itself, under a test's control: its output, its
 * death, its freezing.
 *
 * <p>Standard output and standard error go to files beside each other; the last lines of both are
 * part of every failure message. The process is ended with this JVM. Safe for use by several
 * threads.
 */
public final class ChildProcess implements AutoCloseable {
    private static final int LINES_KEPT = 2000;
    private static final int LINES_SHOWN = 40;
    private static final Duration DEATH_TIMEOUT = Duration.ofSeconds(15);

    private final String name;
    private final Process process;
    private final Path stdoutFile;
    private final Path stderrFile;

    /** Guarded by itself: the newest lines of standard output, and whether more can come. */
    private final Deque<String> lines = new ArrayDeque<>();

    private boolean outputEnded; // guarded by lines

    private ChildProcess(String name, Process process, Path stdoutFile, Path stderrFile) {
        this.name = name;
        this.process = process;
        this.stdoutFile = stdoutFile;
        this.stderrFile = stderrFile;
    }

    /**
     * Starts a process.
     *
     * @param name for messages, file names and threads
     * @param logDirectory where NAME.out and NAME.err are appended to; created if missing
     * @param environment added to this process's own
     */
    public static ChildProcess start(
            String name, Path logDirectory, Map<String, String> environment, List<String> command) {
        Path stdoutFile = logDirectory.resolve(name + ".out");
        Path stderrFile = logDirectory.resolve(name + ".err");
        try {
            Files.createDirectories(logDirectory);
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(logDirectory.toFile())
                            .redirectError(ProcessBuilder.Redirect.appendTo(stderrFile.toFile()));
            builder.environment().putAll(environment);
            ChildProcess child = new ChildProcess(name, builder.start(), stdoutFile, stderrFile);
            OrphanGuard.register(child.process);
            Thread reader = new Thread(child::readOutput, "lockstep-test-output-" + name);
            reader.setDaemon(true);
            reader.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot start " + name + ": " + String.join(" ", command), e);
        }
    }

    /**
     * Runs a command to its end and returns what it printed; fails if it does not exit with 0
     * within the time.
     */
    public static String run(
            String name, Path logDirectory, Duration timeout, List<String> command) {
        try (ChildProcess child = start(name, logDirectory, Map.of(), command)) {
            int exitCode = child.awaitExit(timeout);
            if (exitCode != 0) {
                throw child.failure("exited with " + exitCode);
            }
            return child.output();
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** The exit code, if it has ended; 128 + signal number if a signal ended it. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /**
     * Waits for a line of standard output, also one printed before the call.
     *
     * @return the match, so that its groups can be read
     * @throws IllegalStateException if the process ends or the time passes first; with the last
     *     lines it printed
     */
    public Matcher awaitLine(Pattern pattern, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lines) {
            while (true) {
                for (String line : lines) {
                    Matcher matcher = pattern.matcher(line);
                    if (matcher.find()) {
                        return matcher;
                    }
                }
                long left = deadline - System.nanoTime();
                if (outputEnded || left <= 0) {
                    break;
                }
                waitForLines(left);
            }
        }
        String what =
                process.isAlive()
                        ? "did not print " + pattern + " within " + timeout
                        : "ended before it printed " + pattern;
        throw failure(what);
    }

    private void waitForLines(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(lines, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for output of " + name, e);
        }
    }

    /** Waits until the process has ended and all its output has been read. */
    public int awaitExit(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("did not end within " + timeout);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the end of " + name, e);
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lines) {
            while (!outputEnded && System.nanoTime() < deadline) {
                waitForLines(deadline - System.nanoTime());
            }
        }
        return process.exitValue();
    }

    /**
     * Kills the process and everything it started, as one: none of them runs on for a moment
     * without the others. Returns when all are gone.
     */
    public void kill() {
        Set<ProcessHandle> tree = stopTree();
        tree.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?> deaths =
                CompletableFuture.allOf(
                        tree.stream()
                                .map(ProcessHandle::onExit)
                                .toArray(CompletableFuture<?>[]::new));
        try {
            deaths.get(DEATH_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    name
                            + " (process "
                            + pid()
                            + ") did not end within "
                            + DEATH_TIMEOUT
                            + " of SIGKILL",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while killing " + name, e);
        }
    }

    /**
     * Stops the process and everything it started (SIGSTOP): connections stay open, nothing
     * answers.
     */
    public void freeze() {
        stopTree();
    }

    /** Lets a frozen process go on. */
    public void thaw() {
        signal("CONT", tree());
    }

    /** Asks the process itself (not its children) to end: SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends a signal by name, such as INT, to the process itself. */
    public void signal(String signalName) {
        signal(signalName, Set.of(process.toHandle()));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    /** The lines of standard output so far (the newest {@value #LINES_KEPT}). */
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /** Everything printed on standard error so far. */
    public String errorOutput() {
        try {
            return Files.readString(stderrFile, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + stderrFile, e);
        }
    }

    /** An exception that says what went wrong and shows the end of the process's output. */
    public IllegalStateException failure(String what) {
        String state =
                exitCode().isPresent()
                        ? "ended, exit code " + exitCode().getAsInt()
                        : "process " + pid();
        return new IllegalStateException(
                "%s (%s) %s.%nStandard output (%s):%n%s%nStandard error (%s):%n%s"
                        .formatted(
                                name,
                                state,
                                what,
                                stdoutFile,
                                end(output()),
                                stderrFile,
                                end(errorOutput())));
    }

    private static String end(String text) {
        List<String> all = text.lines().toList();
        return all.subList(Math.max(0, all.size() - LINES_SHOWN), all.size()).stream()
                .collect(Collectors.joining("\n"));
    }

    /** Stops parents before children are counted, so that nobody forks behind our back. */
    private Set<ProcessHandle> stopTree() {
        Set<ProcessHandle> stopped = new LinkedHashSet<>();
        Set<ProcessHandle> found = Set.of(process.toHandle());
        while (!stopped.containsAll(found)) {
            signal("STOP", found);
            stopped.addAll(found);
            found = tree();
        }
        return stopped;
    }

    private Set<ProcessHandle> tree() {
        Set<ProcessHandle> all = new LinkedHashSet<>();
        all.add(process.toHandle());
        process.descendants().forEach(all::add);
        return all;
    }

    private static void signal(String signalName, Set<ProcessHandle> targets) {
        List<String> pids = new ArrayList<>();
        targets.forEach(target -> pids.add(Long.toString(target.pid())));
        try {
            // The shell's own kill, as a bare machine may lack the program. Some of the targets may
            // be gone already: no error.
            new ProcessBuilder(
                            "sh",
                            "-c",
                            "kill -" + signalName + " " + String.join(" ", pids) + " 2>/dev/null")
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send SIG" + signalName, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending SIG" + signalName, e);
        }
    }

    private void readOutput() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
                Writer file =
                        Files.newBufferedWriter(
                                stdoutFile, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                file.write(line + "\n");
                file.flush();
                synchronized (lines) {
                    if (lines.size() == LINES_KEPT) {
                        lines.removeFirst();
                    }
                    lines.addLast(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.addLast("[output of " + name + " cannot be read: " + e + "]");
            }
        } finally {
            synchronized (lines) {
                outputEnded = true;
                lines.notifyAll();
            }
        }
    }

    @Override
    public String toString() {
        return name + " (process " + pid() + ")";
    }
}
