package io.lockstep.controller.frontend;

import io.lockstep.protocol.ScramVerifier;
import java.util.HashMap;
import java.util.Map;

/** Who may log in to which virtual database. Asked from any thread. */
@FunctionalInterface
public interface Logins {
    /**
     * The account's verifier, or null if there is no such virtual database or no such user in it.
     */
    ScramVerifier verifier(String virtualDatabase, String user);

    /**
     * Accounts that do not change.
     *
     * @param passwords by virtual database and user. Not kept; each costs a few milliseconds now
     */
    static Logins of(Map<String, Map<String, String>> passwords) {
        Map<String, Map<String, ScramVerifier>> verifiers = new HashMap<>();
        passwords.forEach(
                (virtualDatabase, users) -> {
                    Map<String, ScramVerifier> ofDatabase = new HashMap<>();
                    users.forEach(
                            (user, password) -> ofDatabase.put(user, ScramVerifier.of(password)));
                    verifiers.put(virtualDatabase, ofDatabase);
                });
        return (virtualDatabase, user) ->
                verifiers.getOrDefault(virtualDatabase, Map.of()).get(user);
    }
}
