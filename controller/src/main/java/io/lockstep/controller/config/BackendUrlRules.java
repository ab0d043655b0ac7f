package io.lockstep.controller.config;

import io.lockstep.backends.dialect.Dialects;
import java.util.List;

/** Why a JDBC URL must not be used for a backend. */
final class BackendUrlRules {
    private BackendUrlRules() {}

    static List<String> problems(String url) {
        if (!url.startsWith("jdbc:")) {
            return List.of("is no JDBC URL, expected it to begin with jdbc:");
        }
        try {
            return Dialects.forUrl(url).urlProblems(url);
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
    }
}
