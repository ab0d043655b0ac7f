package io.lockstep.controller.config;

import java.util.Optional;

/**
 * The admin API.
 *
 * @param token what its users must present; present unless both listeners are on loopback
 */
public record AdminConfig(ListenAddress listen, Optional<String> token) {
    @Override
    public String toString() {
        return "AdminConfig[" + listen + ", token " + (token.isPresent() ? "***" : "none") + "]";
    }
}
