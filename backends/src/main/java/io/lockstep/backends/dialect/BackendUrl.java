package io.lockstep.backends.dialect;

import java.util.regex.Pattern;

/** What may be said about a JDBC URL in public. */
public final class BackendUrl {
    private static final Pattern SECRET =
            Pattern.compile("(?i)(password|pwd|secret|token|passphrase)=[^&;]*");
    private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

    private BackendUrl() {}

    /**
     * The URL with the value of every secret-looking key, and any user info, replaced by {@code
     * ***}.
     */
    public static String redacted(String url) {
        return USER_INFO.matcher(SECRET.matcher(url).replaceAll("$1=***")).replaceAll("//***@");
    }
}
