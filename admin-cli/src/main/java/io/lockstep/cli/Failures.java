package io.lockstep.cli;

import io.lockstep.cli.http.AdminClientException;
import java.io.PrintWriter;
import picocli.CommandLine;

/** From an exception to a message and an exit code. */
final class Failures {
    private Failures() {}

    static int report(Exception failure, PrintWriter err) {
        if (failure instanceof AdminClientException refused) {
            err.println("lockstep: " + refused.getMessage());
            if (!refused.hint().isEmpty()) {
                err.println("          " + refused.hint());
            }
            return failure instanceof AdminClientException.NotReachable
                    ? ExitCode.NOT_REACHABLE
                    : ExitCode.FAILED;
        }
        if (failure instanceof CommandFailedException) {
            err.println("lockstep: " + failure.getMessage());
            return ExitCode.FAILED;
        }
        if (failure instanceof CommandLine.ParameterException) {
            err.println("lockstep: " + failure.getMessage());
            return ExitCode.USAGE;
        }
        err.println("lockstep: unexpected " + failure + "; please report this:");
        failure.printStackTrace(err);
        return ExitCode.FAILED;
    }
}
