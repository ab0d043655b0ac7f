package io.lockstep.controller.session;

import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.request.Conductor;
import io.lockstep.controller.request.VirtualDatabase;
import io.lockstep.protocol.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** Opens sessions for clients that have logged in. */
public final class Sessions implements SessionFactory {
    private final Map<String, Conductor> conductors;
    private final SessionRegistry registry;

    /**
     * For these virtual databases.
     *
     * @param conductors by name of the virtual database
     */
    public Sessions(Map<String, Conductor> conductors, SessionRegistry registry) {
        this.conductors = Map.copyOf(conductors);
        this.registry = registry;
    }

    @Override
    public SessionHandler open(SessionStart start) throws SessionRefusedException {
        Conductor conductor = conductors.get(start.virtualDatabase());
        if (conductor == null) {
            throw new SessionRefusedException(
                    SqlState.LOGIN_REFUSED,
                    "there is no virtual database " + start.virtualDatabase());
        }
        ClientSession session =
                new ClientSession(start, conductor, registry, greeting(conductor.database()));
        registry.add(start.sessionId(), session);
        return session;
    }

    /** Product name and version are those of the first backend that can tell. */
    private static Greeting greeting(VirtualDatabase database) throws SessionRefusedException {
        SQLException failure = null;
        for (BackendHandle handle : database.backends().inService()) {
            try {
                var product = handle.backend().productVersion();
                return new Greeting(
                        product.product(),
                        product.version(),
                        Connection.TRANSACTION_READ_COMMITTED,
                        null,
                        null,
                        database.ddlCommits());
            } catch (SQLException e) {
                failure = e;
                handle.lastError(String.valueOf(e.getMessage()));
            }
        }
        throw new SessionRefusedException(
                SqlState.NO_BACKEND,
                "no backend of "
                        + database.name()
                        + " can be reached"
                        + (failure == null ? "" : ": " + failure.getMessage())
                        + ". See: lockstep status");
    }
}
