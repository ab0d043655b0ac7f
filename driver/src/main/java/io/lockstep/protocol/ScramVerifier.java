package io.lockstep.protocol;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What a server keeps of a password: enough to check it and to prove itself, not enough to log in
 * with. Prints none of it. Immutable.
 */
public final class ScramVerifier {
    private static final int SALT_BYTES = 16;

    private final byte[] salt;
    private final int iterations;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramVerifier(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
        this.salt = salt;
        this.iterations = iterations;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /** Of a password, under a fresh salt. Costs some milliseconds. */
    public static ScramVerifier of(String password) {
        return of(password, Scram.randomBytes(SALT_BYTES));
    }

    static ScramVerifier of(String password, byte[] salt) {
        byte[] salted = Scram.saltedPassword(password, salt, Scram.ITERATIONS);
        byte[] storedKey = Scram.sha256(Scram.hmac(salted, "Client Key"));
        return new ScramVerifier(
                salt, Scram.ITERATIONS, storedKey, Scram.hmac(salted, "Server Key"));
    }

    /**
     * For a user who does not exist: nothing fits it, yet a login against it goes through the same
     * steps and shows the same salt each time, so nobody learns which users exist.
     *
     * @param secret random, kept for as long as the server runs
     * @param name of the user and whatever else names the account
     */
    public static ScramVerifier ofNobody(byte[] secret, String name) {
        // Random keys: no password hashes to them.
        byte[] keys = Scram.hmac(secret, name);
        byte[] salt = Arrays.copyOf(Scram.hmac(secret, "salt of " + name), SALT_BYTES);
        return new ScramVerifier(salt, Scram.ITERATIONS, keys, keys);
    }

    /** Random bytes for {@link #ofNobody}. */
    public static byte[] newSecret() {
        return Scram.randomBytes(Scram.HASH_BYTES);
    }

    String serverFirst(String nonce) {
        return "r=" + nonce + ",s=" + Scram.base64(salt) + ",i=" + iterations;
    }

    /** Checks a client's proof in constant time. */
    boolean accepts(String authMessage, byte[] proof) {
        if (proof.length != Scram.HASH_BYTES) {
            return false;
        }
        byte[] clientKey = Scram.hmac(storedKey, authMessage);
        Scram.xorInto(clientKey, proof);
        return MessageDigest.isEqual(Scram.sha256(clientKey), storedKey);
    }

    String serverFinal(String authMessage) {
        return "v=" + Scram.base64(Scram.hmac(serverKey, authMessage));
    }

    @Override
    public String toString() {
        return "ScramVerifier[REDACTED]";
    }
}
