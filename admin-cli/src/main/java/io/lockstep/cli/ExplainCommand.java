package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "explain",
        description = {
            "What would become of a statement.",
            "Without running it: its class, tables, locks, the text each backend would get, or why"
                    + " it would be refused (exit code 1)."
        })
final class ExplainCommand implements Callable<Integer> {
    @ParentCommand private LockstepCommand lockstep;

    @Parameters(paramLabel = "SQL", description = "One statement; ? for its parameters.")
    private String sql;

    @Override
    public Integer call() throws Exception {
        JsonNode explanation = lockstep.client().post(Map.of("sql", sql), "explain");
        boolean refused = explanation.path("refusal").isTextual();
        if (lockstep.isJson()) {
            lockstep.print(explanation);
        } else {
            print(explanation, lockstep.shell().out());
        }
        return refused ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static void print(JsonNode explanation, PrintWriter out) {
        line(out, "class", explanation.path("kind").asText());
        line(out, "reads", joined(explanation.path("tablesRead")));
        line(out, "writes", joined(explanation.path("tablesWritten")));
        lines(out, "locks", explanation.path("locks"));
        for (JsonNode text : explanation.path("texts")) {
            line(out, "to " + text.path("backend").asText(), text.path("sql").asText());
        }
        if (explanation.path("refusal").isTextual()) {
            line(out, "refused", explanation.path("refusal").asText());
        }
        if (explanation.path("hint").isTextual()) {
            line(out, "instead", explanation.path("hint").asText());
        }
        lines(out, "note", explanation.path("notes"));
    }

    private static void lines(PrintWriter out, String title, JsonNode texts) {
        String heading = title;
        for (JsonNode text : texts) {
            line(out, heading, text.asText());
            heading = "";
        }
    }

    private static void line(PrintWriter out, String title, String text) {
        if (!text.isEmpty()) {
            out.printf("%-12s %s%n", title, text);
        }
    }

    private static String joined(JsonNode texts) {
        StringJoiner joined = new StringJoiner(", ");
        texts.forEach(text -> joined.add(text.asText()));
        return joined.toString();
    }
}
