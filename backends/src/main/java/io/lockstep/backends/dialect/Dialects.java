package io.lockstep.backends.dialect;

import java.util.Locale;

/** The dialects there are, by JDBC URL. */
public final class Dialects {
    private static final String SUPPORTED =
            "supported are jdbc:postgresql://, jdbc:mariadb://, jdbc:h2: (file and tcp) and"
                    + " jdbc:derby: (embedded and //host:port)";

    private Dialects() {}

    /**
     * The dialect of a JDBC URL.
     *
     * @throws IllegalArgumentException if no engine is known for the URL; the message lists those
     *     that are
     */
    public static Dialect forUrl(String url) {
        String lower = url.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("jdbc:postgresql:")) {
            return PostgresDialect.INSTANCE;
        }
        if (lower.startsWith("jdbc:mariadb:")) {
            return MariaDbDialect.INSTANCE;
        }
        if (lower.startsWith("jdbc:h2:")) {
            return H2Dialect.INSTANCE;
        }
        if (lower.startsWith("jdbc:derby:")) {
            return DerbyDialect.INSTANCE;
        }
        String hint =
                lower.startsWith("jdbc:mysql:")
                        ? "; for a MariaDB server write jdbc:mariadb:// instead"
                        : "";
        throw new IllegalArgumentException(
                "no dialect for the URL " + BackendUrl.redacted(url) + ": " + SUPPORTED + hint);
    }
}
