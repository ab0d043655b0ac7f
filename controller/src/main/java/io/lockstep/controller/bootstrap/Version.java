package io.lockstep.controller.bootstrap;

/** This build's version, as its jar says. */
final class Version {
    static final String NUMBER = read();

    private Version() {}

    private static String read() {
        String inJar = Version.class.getPackage().getImplementationVersion();
        return inJar == null ? "unpackaged" : inJar;
    }
}
