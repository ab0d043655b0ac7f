package io.lockstep.controller.bootstrap;

import io.lockstep.backends.ConnectFailure;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.CatalogueDifference;
import io.lockstep.controller.config.BackendConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig;
import io.lockstep.controller.execution.BackendHandle;
import io.lockstep.controller.membership.BackendState;
import io.lockstep.controller.membership.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides who of those that should serve does so from this start on. Changes nothing; what it finds
 * becomes durable with the new epoch.
 *
 * <p>At the first start of a virtual database nobody has a history, so nothing is guessed: backends
 * whose schemas differ, or obviously their rows, are refused unless the configuration names the one
 * that is right. Later all that are in service have taken every acknowledged write, and a schema
 * that differs is something that happened behind the controller's back, or DDL that a crash cut
 * short and nobody was told of. As for a statement that ends differently on its backends, the
 * majority is believed and the minority leaves as disagreed; with one against one a guess could
 * throw the right one away, so the start is refused. {@code source} does not count then: it was
 * written for the first start.
 */
final class StartingView {
    /** A message with more lines than this helps nobody. */
    private static final int DIFFERENCES_SHOWN = 10;

    private final VirtualDatabaseConfig config;
    private final boolean first;
    private final FirstContact contact;
    private final FirstRows rows = new FirstRows();
    private final Map<String, View.Standing> leaving = new LinkedHashMap<>();
    private final long now = System.currentTimeMillis();

    private StartingView(VirtualDatabaseConfig config, boolean first, FirstContact contact) {
        this.config = config;
        this.first = first;
        this.contact = contact;
    }

    /**
     * @param first whether this virtual database has never been started before
     * @return the new standings of those that do not serve; never all of those reached
     * @throws StartException if that cannot be decided; nothing has been changed then
     */
    static Map<String, View.Standing> of(
            VirtualDatabaseConfig config, boolean first, FirstContact contact)
            throws StartException {
        StartingView view = new StartingView(config, first, contact);
        view.judgeFailures();
        view.refuseOneDatabaseTwice();
        view.compareContents();
        return view.leaving;
    }

    private void judgeFailures() throws StartException {
        for (Map.Entry<BackendHandle, SQLException> failure : contact.failed().entrySet()) {
            BackendHandle handle = failure.getKey();
            String why = failure.getValue().getMessage();
            if (first) {
                refuseMistake(handle, failure.getValue());
            }
            leave(handle, BackendState.LOST, "not usable when the controller started: " + why);
        }
    }

    /** At the first start nobody depends on the service yet, and a mistake is soon put right. */
    private void refuseMistake(BackendHandle handle, SQLException failure) throws StartException {
        if (ConnectFailure.of(handle.backend(), failure) == ConnectFailure.TURNED_AWAY) {
            throw new StartException(
                    "%s: backend %s is there but cannot be used: %s. Nothing was changed. Correct its url, user or password in the configuration, or the database"
                            .formatted(config.name(), handle, failure.getMessage()),
                    failure);
        }
        if (source().filter(handle.name()::equals).isPresent()) {
            throw new StartException(
                    "%s: backend %s, the source of the others, cannot be reached: %s. Nothing was changed. Start it and then the controller"
                            .formatted(config.name(), handle, failure.getMessage()),
                    failure);
        }
    }

    private Optional<String> source() {
        return config.backends().stream()
                .filter(BackendConfig::source)
                .map(BackendConfig::name)
                .findFirst();
    }

    private void refuseOneDatabaseTwice() throws StartException {
        Map<String, BackendHandle> known = new HashMap<>();
        for (BackendHandle handle : contact.reached().keySet()) {
            String engine = handle.backend().dialect().name();
            Optional<String> identity = handle.backend().knownIdentity();
            BackendHandle same =
                    identity.map(text -> known.put(engine + " " + text, handle)).orElse(null);
            if (same != null) {
                throw new StartException(
                        "%s: backends %s and %s are one and the same database: it would get every write twice, and be no safer than one. Nothing was changed. Correct the url of one of them"
                                .formatted(config.name(), same, handle));
            }
        }
    }

    private void compareContents() throws StartException {
        List<BackendHandle> reached = List.copyOf(contact.reached().keySet());
        BackendHandle reference = reference(reached);
        for (BackendHandle other : reached) {
            List<String> differences = differences(reference, other);
            if (differences.isEmpty() && first && other != reference) {
                differences = differencesInRows(reference, other);
            }
            if (differences.isEmpty()) {
                continue;
            }
            if (first ? source().isEmpty() : !isMajority(reference, reached)) {
                throw differ(reference, other, differences);
            }
            leave(
                    other,
                    BackendState.DISAGREED,
                    "it differs from %s: %s".formatted(reference, shown(differences, "; ")));
        }
    }

    private BackendHandle reference(List<BackendHandle> reached) {
        if (first) {
            return source().flatMap(name -> named(reached, name)).orElse(reached.get(0));
        }
        return reached.stream()
                .filter(candidate -> isMajority(candidate, reached))
                .findFirst()
                .orElse(reached.get(0));
    }

    private static Optional<BackendHandle> named(List<BackendHandle> handles, String name) {
        return handles.stream().filter(handle -> handle.name().equals(name)).findFirst();
    }

    /** Whether more than half of those that could be asked, itself included, are as this one. */
    private boolean isMajority(BackendHandle candidate, List<BackendHandle> reached) {
        long alike = reached.stream().filter(h -> differences(candidate, h).isEmpty()).count();
        return 2 * alike > reached.size();
    }

    private List<String> differences(BackendHandle one, BackendHandle other) {
        if (one == other) {
            return List.of();
        }
        Catalogue catalogue = contact.reached().get(one);
        Catalogue otherCatalogue = contact.reached().get(other);
        return CatalogueDifference.between(
                one.name(),
                catalogue,
                other.name(),
                otherCatalogue,
                one.backend().dialect().name().equals(other.backend().dialect().name()));
    }

    private List<String> differencesInRows(BackendHandle one, BackendHandle other)
            throws StartException {
        try {
            Map<BackendHandle, Catalogue> catalogues = contact.reached();
            return rows.differences(one, catalogues.get(one), other, catalogues.get(other));
        } catch (SQLException e) {
            throw new StartException(
                    "%s: the rows of %s and %s could not be counted: %s. Nothing was changed"
                            .formatted(config.name(), one, other, e.getMessage()),
                    e);
        }
    }

    private StartException differ(
            BackendHandle reference, BackendHandle other, List<String> differences) {
        String wayOut =
                first
                        ? "Make them equal; or mark the right one with 'source: true', and the others stay out of service until they are copied from it; or take the wrong one out of the configuration"
                        : "Both have been in service, so only you can tell which one is right. Make them equal, or take the wrong one out of the configuration";
        return new StartException(
                "%s: backends %s and %s differ:\n  %s\nNothing was changed. %s"
                        .formatted(
                                config.name(),
                                reference,
                                other,
                                shown(differences, "\n  "),
                                wayOut));
    }

    private static String shown(List<String> differences, String separator) {
        if (differences.size() <= DIFFERENCES_SHOWN) {
            return String.join(separator, differences);
        }
        List<String> some = new ArrayList<>(differences.subList(0, DIFFERENCES_SHOWN));
        some.add("and more");
        return String.join(separator, some);
    }

    private void leave(BackendHandle handle, BackendState state, String reason) {
        handle.lastError(reason);
        leaving.put(handle.name(), new View.Standing(state, reason, now));
    }
}
