package io.lockstep.controller.config;

import java.util.List;

/** A configuration that cannot be used; carries everything that is wrong with it. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an immutable list of strings, serializable
    private final List<String> problems;

    ConfigException(String source, List<String> problems) {
        super(
                source
                        + ": "
                        + (problems.size() == 1 ? "1 problem" : problems.size() + " problems")
                        + "\n  "
                        + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One line each: the path of the key, what is wrong, the line number. Never a secret. */
    public List<String> problems() {
        return problems;
    }
}
