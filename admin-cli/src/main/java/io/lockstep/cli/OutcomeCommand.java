package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "outcome",
        description = {
            "What became of a transaction.",
            "COMMITTED, ROLLED_BACK, or UNKNOWN (exit code 1): it is still open, or too long ago."
        })
final class OutcomeCommand implements Callable<Integer> {
    @ParentCommand private LockstepCommand lockstep;

    @Parameters(paramLabel = "TXID", description = "As error messages and session list show it.")
    private String transaction;

    @Override
    public Integer call() throws Exception {
        JsonNode answer = lockstep.client().get("outcomes", transaction);
        String outcome = answer.path("outcome").asText();
        if (lockstep.isJson()) {
            lockstep.print(answer);
        } else {
            lockstep.shell().out().println(outcome);
        }
        return outcome.equals("UNKNOWN") ? ExitCode.FAILED : ExitCode.DONE;
    }
}
