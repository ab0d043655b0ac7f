package io.lockstep.controller.config;

import java.util.List;

/** Why a JDBC URL must not be used for a backend. */
final class BackendUrlRules {
    private BackendUrlRules() {}

    static List<String> problems(String url) {
        return url.startsWith("jdbc:")
                ? List.of()
                : List.of("is no JDBC URL, expected it to begin with jdbc:");
    }
}
