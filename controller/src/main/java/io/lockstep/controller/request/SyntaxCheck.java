package io.lockstep.controller.request;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.sql.DecidedValues;
import io.lockstep.controller.sql.StatementClass;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has one backend parse, and not run, a text that would need the lock on everything because nobody
 * here understands it. A slip of the pen would otherwise wait for all open transactions, and hold
 * up whatever comes after it, only to be refused by every backend in the end.
 *
 * <p>Runs outside every lock and transaction, so it may only refuse what no state of the database
 * could make right: syntax errors. Whatever else goes wrong here is left to the execution proper,
 * and says nothing about the backend.
 */
final class SyntaxCheck {
    private static final Logger log = LoggerFactory.getLogger(SyntaxCheck.class);

    /** For a connection; when all are busy the statement simply goes the long way. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final VirtualDatabase database;

    SyntaxCheck(VirtualDatabase database) {
        this.database = database;
    }

    /**
     * Blocks for a round trip or two.
     *
     * @return the engine's own error; empty if the text may be right
     */
    Optional<SQLException> objection(SessionContext session, StatementClass what) {
        List<BackendHandle> serving = database.backends().inService();
        return serving.isEmpty() || hasOwnView(session)
                ? Optional.empty()
                : objection(serving.get(0), what);
    }

    /**
     * The same of one backend of each engine, before DDL that some of them commit by themselves:
     * once one has done it, a refusal by another can no longer be put right by a rollback. Asks
     * nobody where all are of one make.
     */
    Optional<SQLException> objectionOfAnyEngine(SessionContext session, StatementClass what) {
        Map<String, BackendHandle> engines = new LinkedHashMap<>();
        for (BackendHandle handle : database.backends().inService()) {
            engines.putIfAbsent(handle.backend().dialect().name(), handle);
        }
        if (engines.size() < 2 || hasOwnView(session)) {
            return Optional.empty();
        }
        return engines.values().stream()
                .map(handle -> objection(handle, what))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What only its own connections know may make a text right: settings, tables just made. */
    private static boolean hasOwnView(SessionContext session) {
        ClientTransaction open = session.transaction();
        return session.hasSettings() || (open != null && open.changedCatalogue());
    }

    private Optional<SQLException> objection(BackendHandle handle, StatementClass what) {
        try {
            database.readSlots().begin(handle, PATIENCE);
        } catch (SQLException e) {
            return passedOver(handle, e);
        }
        try {
            return ask(handle, what);
        } catch (SQLException e) {
            return passedOver(handle, e);
        } finally {
            database.readSlots().end(handle);
        }
    }

    private Optional<SQLException> passedOver(BackendHandle handle, SQLException why) {
        log.debug("{}: {} did not check a text: {}", database.name(), handle, why.getMessage());
        return Optional.empty();
    }

    private Optional<SQLException> ask(BackendHandle handle, StatementClass what)
            throws SQLException {
        Dialect dialect = handle.backend().dialect();
        int parameters = what.parameterCount();
        Instant now = Instant.now();
        String text =
                what.forward(
                                dialect,
                                Collections.nCopies(parameters, null),
                                new DecidedValues(now, now, ZoneId.systemDefault()))
                        .text();
        BackendConnection connection = handle.backend().borrow(PATIENCE);
        handle.readBegins();
        try {
            return connection.syntaxError(text, parameters > 0);
        } catch (SQLException e) {
            if (dialect.classify(e) == FailureClass.CONNECTION) {
                connection.discard("lost while checking a text");
            }
            throw e;
        } finally {
            handle.readEnds();
            connection.release();
        }
    }
}
