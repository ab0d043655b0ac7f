package io.lockstep.backends;

import io.lockstep.backends.dialect.BackendUrl;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.Dialects;
import java.sql.Driver;

/** Opens backends. */
public final class Backends {
    private Backends() {}

    /**
     * A backend with its own pool. Does not contact the database.
     *
     * <p>Does not judge the URL: whoever takes one from a user asks {@link
     * Dialect#urlProblems(String)} first and refuses it if there are any.
     *
     * @param drivers where JDBC drivers are loaded from
     * @throws IllegalArgumentException if no dialect fits the URL (the message lists those there
     *     are) or its JDBC driver cannot be loaded
     */
    public static Backend open(BackendSettings settings, ClassLoader drivers) {
        Dialect dialect = Dialects.forUrl(settings.url());
        return new PooledBackend(settings, dialect, loadDriver(settings, dialect, drivers));
    }

    private static Driver loadDriver(
            BackendSettings settings, Dialect dialect, ClassLoader drivers) {
        String driverClass = dialect.driverControl().driverClass(settings.url());
        try {
            return Class.forName(driverClass, true, drivers)
                    .asSubclass(Driver.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException(
                    "backend "
                            + settings.name()
                            + ": cannot load the JDBC driver "
                            + driverClass
                            + " for "
                            + BackendUrl.redacted(settings.url()),
                    e);
        }
    }
}
