package io.lockstep.cli;

/** What the process returns; part of the CLI's promise to scripts. */
public final class ExitCode {
    public static final int DONE = 0;

    /** The controller refused or failed, or a check found something. */
    public static final int FAILED = 1;

    public static final int USAGE = 2;

    /** Nothing answers at the controller's address. */
    public static final int NOT_REACHABLE = 3;

    private ExitCode() {}
}
