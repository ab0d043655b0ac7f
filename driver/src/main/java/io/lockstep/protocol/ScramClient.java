package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/**
 * The client's side of one login.
 *
 * <pre>
 * ScramClient scram = new ScramClient(user, password);
 * send(scram.clientFirst());                  // in HELLO
 * send(scram.clientFinal(serverFirst));       // CHALLENGE -> SCRAM_FINAL
 * scram.verifyServer(serverFinal);            // WELCOME
 * </pre>
 */
public final class ScramClient {
    private final String password;
    private final String nonce;
    private final String clientFirstBare;
    private byte[] serverSignature;

    public ScramClient(String user, String password) {
        this(user, password, Scram.nonce());
    }

    ScramClient(String user, String password, String nonce) {
        this.password = password;
        this.nonce = nonce;
        this.clientFirstBare = "n=" + Scram.escape(user) + ",r=" + nonce;
    }

    public String clientFirst() {
        return Scram.GS2_HEADER + clientFirstBare;
    }

    /**
     * Proves the knowledge of the password. Costs some milliseconds.
     *
     * @throws ProtocolException if the server's message is not acceptable
     */
    public String clientFinal(String serverFirst) throws ProtocolException {
        String[] parts = serverFirst.split(",", -1);
        String wholeNonce = Scram.attribute(parts, 0, 'r');
        byte[] salt = Scram.decodeBase64(Scram.attribute(parts, 1, 's'), "the salt");
        int iterations = iterations(Scram.attribute(parts, 2, 'i'));
        if (!wholeNonce.startsWith(nonce) || wholeNonce.length() == nonce.length()) {
            throw new ProtocolException("login: the server's nonce does not continue ours");
        }
        String withoutProof =
                "c=" + Scram.base64(Scram.GS2_HEADER.getBytes(UTF_8)) + ",r=" + wholeNonce;
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;

        byte[] salted = Scram.saltedPassword(password, salt, iterations);
        byte[] clientKey = Scram.hmac(salted, "Client Key");
        byte[] proof = Scram.hmac(Scram.sha256(clientKey), authMessage);
        Scram.xorInto(proof, clientKey);
        serverSignature = Scram.hmac(Scram.hmac(salted, "Server Key"), authMessage);
        return withoutProof + ",p=" + Scram.base64(proof);
    }

    private static int iterations(String text) throws ProtocolException {
        try {
            int iterations = Integer.parseInt(text);
            if (iterations >= Scram.ITERATIONS && iterations <= Scram.ITERATIONS_MAX) {
                return iterations;
            }
        } catch (NumberFormatException e) {
            throw new ProtocolException("login: iteration count '" + text + "'", e);
        }
        throw new ProtocolException(
                "login: iteration count %s, expected %d to %d"
                        .formatted(text, Scram.ITERATIONS, Scram.ITERATIONS_MAX));
    }

    /**
     * Checks that the server knows the password's verifier too.
     *
     * @throws ProtocolException if it does not: whoever answered is not the controller this account
     *     belongs to
     */
    public void verifyServer(String serverFinal) throws ProtocolException {
        byte[] signature =
                Scram.decodeBase64(
                        Scram.attribute(serverFinal.split(",", -1), 0, 'v'),
                        "the server's signature");
        if (serverSignature == null || !MessageDigest.isEqual(signature, serverSignature)) {
            throw new ProtocolException(
                    "login: the server could not prove that it knows this user");
        }
    }
}
