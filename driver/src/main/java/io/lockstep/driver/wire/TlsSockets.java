package io.lockstep.driver.wire;

import io.lockstep.driver.settings.ConnectionSettings;
import io.lockstep.driver.settings.HostAddress;
import io.lockstep.driver.settings.TlsMode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Puts TLS over a connected socket, trusting what the settings say. */
final class TlsSockets {
    private static final String PEM_BEGIN = "-----BEGIN";

    private TlsSockets() {}

    /** The same socket with TLS, shaken hands; the one given is closed with it. */
    static Socket over(Socket plain, HostAddress host, ConnectionSettings settings)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context(settings)
                                .getSocketFactory()
                                .createSocket(plain, host.host(), host.port(), true);
        if (settings.tls() == TlsMode.VERIFY_FULL) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        socket.startHandshake();
        return socket;
    }

    private static SSLContext context(ConnectionSettings settings) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers(settings), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "TLS could not be set up"
                            + settings.tlsTrust()
                                    .map(file -> " with the trusted certificates of " + file)
                                    .orElse("")
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static TrustManager[] trustManagers(ConnectionSettings settings)
            throws IOException, GeneralSecurityException {
        if (settings.tlsTrust().isPresent()) {
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trustStore(settings.tlsTrust().get()));
            return factory.getTrustManagers();
        }
        // Null means the JVM's own trust anchors.
        return settings.tls() == TlsMode.REQUIRE ? new TrustManager[] {new EncryptionOnly()} : null;
    }

    private static KeyStore trustStore(Path file) throws IOException, GeneralSecurityException {
        byte[] content = Files.readAllBytes(file);
        if (!new String(content, StandardCharsets.ISO_8859_1).contains(PEM_BEGIN)) {
            return KeyStore.getInstance(file.toFile(), (char[]) null);
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate :
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(content))) {
            store.setCertificateEntry("trusted-" + number++, certificate);
        }
        return store;
    }

    /**
     * {@code tls=require} without trust anchors: nobody can listen, but the other end is not
     * checked.
     */
    private static final class EncryptionOnly extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
