package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both sides of SCRAM-SHA-256 (RFC 5802, RFC 7677) compute. Without channel binding; user and
 * password are normalized with NFKC, which equals SASLprep for all but exotic texts.
 */
final class Scram {
    static final String GS2_HEADER = "n,,";
    static final int HASH_BYTES = 32;

    /** What RFC 7677 asks for at least; a login then costs the client a few milliseconds. */
    static final int ITERATIONS = 4096;

    /** A server that asks for more is not answered: it would only keep the client busy. */
    static final int ITERATIONS_MAX = 1_000_000;

    private static final String HMAC = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 18;

    private Scram() {}

    static String nonce() {
        return base64(randomBytes(NONCE_BYTES));
    }

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] decodeBase64(String text, String what) throws ProtocolException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("login: " + what + " is not base64", e);
        }
    }

    /** PBKDF2 with one block, which RFC 5802 calls Hi. */
    static byte[] saltedPassword(String password, byte[] salt, int iterations) {
        byte[] normalized = Normalizer.normalize(password, Normalizer.Form.NFKC).getBytes(UTF_8);
        // An HMAC key is padded with zeros, so this is the empty key, which the JDK does not take.
        Mac mac = mac(normalized.length == 0 ? new byte[1] : normalized);
        mac.update(salt);
        mac.update(new byte[] {0, 0, 0, 1});
        byte[] round = mac.doFinal();
        byte[] result = round.clone();
        for (int i = 1; i < iterations; i++) {
            round = mac.doFinal(round);
            xorInto(result, round);
        }
        return result;
    }

    static byte[] hmac(byte[] key, String text) {
        return mac(key).doFinal(text.getBytes(UTF_8));
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Exclusive or of two arrays of equal length, into the first. */
    static void xorInto(byte[] target, byte[] other) {
        for (int i = 0; i < target.length; i++) {
            target[i] ^= other[i];
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    /** User names escape the two characters that structure the messages. */
    static String escape(String user) {
        return Normalizer.normalize(user, Normalizer.Form.NFKC)
                .replace("=", "=3D")
                .replace(",", "=2C");
    }

    /** The value of an attribute such as {@code r=...} at its place in a message. */
    static String attribute(String[] parts, int index, char name) throws ProtocolException {
        if (index >= parts.length || !parts[index].startsWith(name + "=")) {
            throw new ProtocolException("login: attribute '" + name + "' is missing");
        }
        return parts[index].substring(2);
    }
}
