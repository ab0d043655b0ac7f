package io.lockstep.backends.dialect;

import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches the socket inside a driver that has no call to close it at once. H2's {@code
 * Connection.abort} does nothing, Derby's client asks the server, MariaDB's opens another
 * connection to it: none of them helps against a frozen server.
 */
final class DriverSocket {
    private static final Logger LOG = LoggerFactory.getLogger(DriverSocket.class);

    private DriverSocket() {}

    /** The value of a field, whatever its visibility, of an object's class or a superclass. */
    static Object field(Object owner, String name) throws ReflectiveOperationException {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(owner);
                }
            }
        }
        throw new NoSuchFieldException(owner.getClass().getName() + "." + name);
    }

    static void close(Object socket) {
        if (socket instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (IOException e) {
                LOG.debug("closing a socket to cut its connection failed", e);
            }
        }
    }

    static void logFailedCut(Exception why) {
        LOG.warn("cutting a connection failed; it ends with its socket", why);
    }

    /** The driver's own way out when its insides are not as expected. */
    static void abortInstead(Connection connection, Exception why) {
        LOG.warn("cannot reach the driver's socket, calling Connection.abort instead", why);
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            LOG.warn("Connection.abort failed", e);
        }
    }
}
