package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The server's side of one login: first {@link #serverFirst}, then {@link #serverFinal}. */
public final class ScramServer {
    private final ScramVerifier verifier;
    private final String serverNonce;
    private String nonce;
    private String clientFirstBare;
    private String serverFirst;

    /**
     * A login against a verifier.
     *
     * @param verifier of the account, or {@link ScramVerifier#ofNobody} if there is none
     */
    public ScramServer(ScramVerifier verifier) {
        this(verifier, Scram.nonce());
    }

    ScramServer(ScramVerifier verifier, String serverNonce) {
        this.verifier = verifier;
        this.serverNonce = serverNonce;
    }

    /**
     * Answers the client's first message.
     *
     * @param user who the client said it is; must be the same in the message
     */
    public String serverFirst(String user, String clientFirst) throws ProtocolException {
        if (!clientFirst.startsWith(Scram.GS2_HEADER)) {
            throw new ProtocolException("login: channel binding is not supported");
        }
        clientFirstBare = clientFirst.substring(Scram.GS2_HEADER.length());
        String[] parts = clientFirstBare.split(",", -1);
        if (!Scram.attribute(parts, 0, 'n').equals(Scram.escape(user))) {
            throw new ProtocolException("login: two different user names");
        }
        String clientNonce = Scram.attribute(parts, 1, 'r');
        if (clientNonce.isEmpty()) {
            throw new ProtocolException("login: an empty nonce");
        }
        nonce = clientNonce + serverNonce;
        serverFirst = verifier.serverFirst(nonce);
        return serverFirst;
    }

    /**
     * Checks the client's proof.
     *
     * @return the server's own proof, or null if the client's is wrong
     * @throws ProtocolException if the message is malformed
     */
    public String serverFinal(String clientFinal) throws ProtocolException {
        String[] parts = clientFinal.split(",", -1);
        String binding = Scram.base64(Scram.GS2_HEADER.getBytes(UTF_8));
        if (!Scram.attribute(parts, 0, 'c').equals(binding)
                || !Scram.attribute(parts, 1, 'r').equals(nonce)) {
            throw new ProtocolException("login: the second message does not belong to the first");
        }
        byte[] proof =
                Scram.decodeBase64(Scram.attribute(parts, parts.length - 1, 'p'), "the proof");
        String withoutProof = clientFinal.substring(0, clientFinal.lastIndexOf(",p="));
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
        return verifier.accepts(authMessage, proof) ? verifier.serverFinal(authMessage) : null;
    }
}
