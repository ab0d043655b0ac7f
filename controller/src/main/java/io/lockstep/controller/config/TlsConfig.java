package io.lockstep.controller.config;

import java.nio.file.Path;

/** PEM files, absolute: certificate chain and its private key (PKCS #8). */
public record TlsConfig(Path certificate, Path key) {}
