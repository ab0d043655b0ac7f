package io.lockstep.driver.settings;

import java.util.Locale;

/** Whether the connection to the controller is encrypted, and what is checked. */
public enum TlsMode {
    /** Plain TCP. */
    DISABLE,
    /**
     * Encrypted; the certificate must be trusted if {@code tlsTrust} names a trust anchor, and is
     * not checked otherwise.
     */
    REQUIRE,
    /** Encrypted; the certificate must be trusted and issued for the host name of the URL. */
    VERIFY_FULL;

    /** The name used in URLs: {@code disable}, {@code require}, {@code verify-full}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
