package io.lockstep.controller.membership;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbered answer to "who is in service". Immutable.
 *
 * @param number raised by one with every change, never reused
 * @param standings every known backend in declaration order
 */
public record View(long number, Map<String, Standing> standings) {
    public View {
        standings = Collections.unmodifiableMap(new LinkedHashMap<>(standings));
    }

    /** Names in service, in declaration order. */
    public List<String> inService() {
        return standings.entrySet().stream()
                .filter(e -> e.getValue().state() == BackendState.ENABLED)
                .map(Map.Entry::getKey)
                .toList();
    }

    public boolean serves(String backend) {
        Standing standing = standings.get(backend);
        return standing != null && standing.state() == BackendState.ENABLED;
    }

    View with(String backend, Standing standing) {
        Map<String, Standing> changed = new LinkedHashMap<>(standings);
        changed.put(backend, standing);
        return new View(number + 1, changed);
    }

    /**
     * One backend's state and how it came to it.
     *
     * @param reason for the operator; empty while in service
     * @param sinceEpochMillis when it entered this state
     */
    public record Standing(BackendState state, String reason, long sinceEpochMillis) {}
}
