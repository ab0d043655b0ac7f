package io.lockstep.controller.admin;

import static java.util.Map.entry;

import io.lockstep.controller.admin.ControllerStatus.VirtualDatabaseStatus;
import io.lockstep.controller.scheduler.LockManager;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code /metrics}: the figures of {@link AdminOperations#status()} as Prometheus reads them,
 * collected when it asks. Thread-safe.
 */
final class ControllerMetrics implements AutoCloseable {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final Map<String, String> HELP =
            Map.ofEntries(
                    entry("lockstep.sessions", "Connected clients"),
                    entry("lockstep.transactions", "Open transactions"),
                    entry("lockstep.permits", "Most transactions admitted to the backends"),
                    entry("lockstep.permits.in.use", "Transactions admitted to the backends"),
                    entry("lockstep.locks.granted", "Lock requests granted"),
                    entry("lockstep.locks.waited", "Lock requests that had to wait"),
                    entry("lockstep.locks.timed.out", "Lock requests not granted in time"),
                    entry("lockstep.locks.deadlocks", "Deadlocks resolved by a rollback"),
                    entry("lockstep.commits", "Writing transactions committed; a group is one"),
                    entry("lockstep.conflicts", "Statements a backend refused for a conflict"),
                    entry("lockstep.disagreements", "Statements backends answered differently"),
                    entry("lockstep.reruns", "Auto-commit writes run again under table locks"),
                    entry("lockstep.groups", "Commit groups sent to the backends"),
                    entry("lockstep.group.members", "Auto-commit writes sent in commit groups"),
                    entry("lockstep.group.splits", "Commit groups taken apart after a failure"),
                    entry("lockstep.backend.enabled", "1 while the backend is in service"),
                    entry("lockstep.backend.pending", "Requests waiting for its answer"),
                    entry("lockstep.backend.requests", "Requests sent to it"),
                    entry("lockstep.backend.pool.active", "Connections in use"),
                    entry("lockstep.backend.pool.idle", "Connections open and not in use"),
                    entry("lockstep.backend.pool.max", "Most connections it may open"),
                    entry("lockstep.backend.pool.waiting", "Requests waiting for a connection"));

    private final AdminOperations operations;
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final Map<String, MultiGauge> gauges = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> counters = new ConcurrentHashMap<>();

    ControllerMetrics(AdminOperations operations) {
        this.operations = operations;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        garbageCollection.bindTo(registry);
    }

    /** Serialized, because two collections at a time would mix their rows. */
    synchronized String scrape() {
        Map<String, List<MultiGauge.Row<?>>> rows = new LinkedHashMap<>();
        for (VirtualDatabaseStatus database : operations.status().virtualDatabases()) {
            collect(database, rows);
        }
        rows.forEach(
                (name, values) ->
                        gauges.computeIfAbsent(
                                        name,
                                        key ->
                                                MultiGauge.builder(key)
                                                        .description(HELP.get(key))
                                                        .register(registry))
                                .register(values, true));
        return registry.scrape();
    }

    private void collect(
            VirtualDatabaseStatus database, Map<String, List<MultiGauge.Row<?>>> rows) {
        Tags tags = Tags.of("vdb", database.name());
        gauge(rows, "lockstep.sessions", tags, database.sessions());
        gauge(rows, "lockstep.transactions", tags, database.transactions());
        gauge(rows, "lockstep.permits", tags, database.permits());
        gauge(rows, "lockstep.permits.in.use", tags, database.permitsInUse());
        LockManager.Counters locks = operations.locks(database.name()).counters();
        counter("lockstep.locks.granted", tags, locks.granted());
        counter("lockstep.locks.waited", tags, locks.waited());
        counter("lockstep.locks.timed.out", tags, locks.timedOut());
        counter("lockstep.locks.deadlocks", tags, locks.deadlocks());
        collect(operations.work(database.name()), tags);
        for (BackendStatus backend : database.backends()) {
            collect(backend, tags.and("backend", backend.name()), rows);
        }
    }

    private void collect(WorkFigures work, Tags tags) {
        counter("lockstep.commits", tags, work.outcomes().commits());
        counter("lockstep.conflicts", tags, work.outcomes().conflicts());
        counter("lockstep.disagreements", tags, work.outcomes().disagreements());
        counter("lockstep.reruns", tags, work.outcomes().reruns());
        counter("lockstep.groups", tags, work.groups().groups());
        counter("lockstep.group.members", tags, work.groups().members());
        counter("lockstep.group.splits", tags, work.groups().splits());
    }

    private void collect(
            BackendStatus backend, Tags tags, Map<String, List<MultiGauge.Row<?>>> rows) {
        int enabled = backend.state().equals("enabled") ? 1 : 0;
        gauge(rows, "lockstep.backend.enabled", tags, enabled);
        gauge(rows, "lockstep.backend.pending", tags, backend.pending());
        counter("lockstep.backend.requests", tags, backend.requests());
        if (backend.pool() != null) {
            gauge(rows, "lockstep.backend.pool.active", tags, backend.pool().active());
            gauge(rows, "lockstep.backend.pool.idle", tags, backend.pool().idle());
            gauge(rows, "lockstep.backend.pool.max", tags, backend.pool().max());
            gauge(rows, "lockstep.backend.pool.waiting", tags, backend.pool().waiting());
        }
    }

    private static void gauge(
            Map<String, List<MultiGauge.Row<?>>> rows, String name, Tags tags, Number value) {
        rows.computeIfAbsent(name, key -> new ArrayList<>()).add(MultiGauge.Row.of(tags, value));
    }

    private void counter(String name, Tags tags, long value) {
        counters.computeIfAbsent(
                        name + tags,
                        key -> {
                            AtomicLong holder = new AtomicLong();
                            FunctionCounter.builder(name, holder, AtomicLong::doubleValue)
                                    .tags(tags)
                                    .description(HELP.get(name))
                                    .register(registry);
                            return holder;
                        })
                .set(value);
    }

    @Override
    public void close() {
        garbageCollection.close();
        registry.close();
    }
}
