package io.lockstep.controller.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong, so that it can be reported together. */
final class Problems {
    private final List<String> all = new ArrayList<>();

    void add(String path, int line, String message) {
        all.add((path.isEmpty() ? "" : path + ": ") + message + " (line " + line + ")");
    }

    void add(String message) {
        all.add(message);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    List<String> all() {
        return List.copyOf(all);
    }
}
