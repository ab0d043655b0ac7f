package io.lockstep.controller.execution;

import io.lockstep.backends.Backend;
import io.lockstep.backends.BackendBusyException;
import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.BackendSettings;
import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.backends.dialect.FailureClass;
import io.lockstep.backends.markers.LostCommitsException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A database that follows a script: each call takes the next answer of its kind, or succeeds with
 * one row if there is none. It remembers what was committed, and how connections were ended.
 */
final class FakeBackend implements Backend {
    static final int POOL_MAX = 8;

    private static final Catalogue NO_TABLES = new Catalogue("", Map.of(), Set.of(), Map.of());

    /** The calls that can be scripted. */
    enum Call {
        BORROW,
        BEGIN,
        EXECUTE,
        /** One row: inserted; none: it was there. */
        MARKER,
        COMMIT,
        ROLLBACK,
        SET_SAVEPOINT,
        ROLLBACK_TO,
        RELEASE_SAVEPOINT,
        PING
    }

    private final String name;
    private final Dialect dialect;
    private final Map<Call, Deque<Answer>> script = new EnumMap<>(Call.class); // guarded by itself
    private final FakeMarkers markers = new FakeMarkers(this);
    private final Map<String, Answer> byText = new ConcurrentHashMap<>();
    private final List<String> committed = new CopyOnWriteArrayList<>();
    private final List<FakeConnection> open = new CopyOnWriteArrayList<>();
    private final List<FakeConnection> borrowed = new CopyOnWriteArrayList<>();
    private final List<String> violations = new CopyOnWriteArrayList<>();
    private volatile Function<Call, Answer> chance = call -> Answer.done();
    private volatile boolean selfCommitting;
    private final FakeCounters counters = new FakeCounters();
    private volatile String look = "as at first";
    private volatile boolean forRedo;
    private volatile boolean takesMarkers;
    private volatile boolean dead;
    private volatile boolean embedded;
    private volatile Runnable whenEpochAsked = () -> {};

    FakeBackend(String name) {
        this.name = name;
        this.dialect =
                (Dialect)
                        Proxy.newProxyInstance(
                                Dialect.class.getClassLoader(),
                                new Class<?>[] {Dialect.class},
                                (proxy, method, arguments) ->
                                        switch (method.getName()) {
                                            case "name", "toString" -> "fake";
                                            case "hashCode" -> System.identityHashCode(proxy);
                                            case "equals" -> proxy == arguments[0];
                                            case "classify" ->
                                                    classify((SQLException) arguments[0]);
                                            case "ddlCommitsImplicitly" -> selfCommitting;
                                            case "setTimeZone" ->
                                                    Optional.of("SET ZONE " + arguments[0]);
                                            case "driverConvertsInstants" -> true;
                                            case "counters" -> counters;
                                            case "fingerprint" -> look + arguments[1];
                                            default ->
                                                    throw new UnsupportedOperationException(
                                                            method.getName());
                                        });
    }

    private static FailureClass classify(SQLException failure) {
        if (failure instanceof SQLTimeoutException) {
            return FailureClass.CANCELLED;
        }
        return failure instanceof FakeFailure fake ? fake.failure() : FailureClass.OTHER;
    }

    /** The next calls of this kind are answered so, in this order. */
    FakeBackend on(Call call, Answer... answers) {
        synchronized (script) {
            script.computeIfAbsent(call, c -> new ArrayDeque<>()).addAll(List.of(answers));
        }
        return this;
    }

    /** Every execution in whose text and values {@code fragment} occurs is answered so. */
    FakeBackend onText(String fragment, Answer answer) {
        byText.put(fragment, answer);
        return this;
    }

    /** What is not scripted is answered with what this gives. */
    void byChance(Function<Call, Answer> answers) {
        chance = answers;
    }

    FakeBackend commitsDdlByItself() {
        selfCommitting = true;
        return this;
    }

    /** A commit may be done again on it. */
    FakeBackend forRedo() {
        forRedo = true;
        return this;
    }

    FakeCounters counters() {
        return counters;
    }

    /** What its objects look like from now on. */
    FakeBackend looks(String now) {
        look = now;
        return this;
    }

    /** Its connections cannot be cut. */
    FakeBackend isEmbedded() {
        embedded = true;
        return this;
    }

    /** Runs whenever it is asked in which epoch one of its connections was opened. */
    void whenEpochAsked(Runnable task) {
        whenEpochAsked = task;
    }

    void epochAsked() {
        whenEpochAsked.run();
    }

    boolean redoes() {
        return forRedo;
    }

    /** Takes markers by themselves, as a commit that is done again needs it. */
    FakeBackend takesMarkers() {
        takesMarkers = true;
        return this;
    }

    boolean isTakingMarkers() {
        return takesMarkers;
    }

    boolean isSelfCommitting() {
        return selfCommitting;
    }

    Answer next(Call call) {
        synchronized (script) {
            Answer scripted = script.getOrDefault(call, new ArrayDeque<>()).poll();
            return scripted != null
                    ? scripted
                    : call == Call.PING ? Answer.done() : chance.apply(call);
        }
    }

    Answer next(List<String> rows) {
        for (Map.Entry<String, Answer> rule : byText.entrySet()) {
            if (rows.stream().anyMatch(row -> row.contains(rule.getKey()))) {
                return rule.getValue();
            }
        }
        return next(Call.EXECUTE);
    }

    /** Answers again, with what it had committed. */
    void comeBack() {
        dead = false;
    }

    /** What it had committed; whoever asks it in the same term hears so. */
    void forget() {
        committed.clear();
        markers.forget();
    }

    /** Answers nothing any more; open transactions are gone. */
    void die() {
        dead = true;
        open.forEach(FakeConnection::cut);
    }

    boolean isDead() {
        return dead;
    }

    void committed(List<String> work) {
        committed.addAll(work);
    }

    /** All executions that were committed, as text and values. */
    List<String> committed() {
        return List.copyOf(committed);
    }

    /** Every connection ever given out. */
    List<FakeConnection> connections() {
        return List.copyOf(borrowed);
    }

    /** Those not yet given back. */
    List<FakeConnection> inUse() {
        return List.copyOf(open);
    }

    void ended(FakeConnection connection) {
        open.remove(connection);
    }

    void violated(String rule) {
        violations.add(name + ": " + rule);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    @Override
    public BackendConnection borrow(Duration timeout) throws SQLException {
        FakeConnection connection = new FakeConnection(this);
        if (dead) {
            throw connection.lost();
        }
        next(Call.BORROW).play(connection);
        if (markers.term().hasForgotten()) {
            throw new LostCommitsException(name + " has forgotten what it had confirmed", null);
        }
        if (open.size() >= POOL_MAX) {
            throw new BackendBusyException("all connections of " + name + " are in use", null);
        }
        open.add(connection);
        borrowed.add(connection);
        return connection;
    }

    @Override
    public void ping(Duration timeout) throws SQLException {
        if (dead) {
            throw new FakeFailure(FailureClass.CONNECTION, name);
        }
        next(Call.PING).play(new FakeConnection(this));
    }

    @Override
    public void cutAll() {
        if (!embedded) {
            open.forEach(FakeConnection::abort);
        }
    }

    @Override
    public void newTerm() {
        markers.newTerm();
    }

    @Override
    public void renewConnections() {
        // there are no idle ones
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public BackendSettings settings() {
        return new BackendSettings(
                name,
                "jdbc:fake",
                "",
                "",
                1,
                POOL_MAX,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public FakeMarkers markers() {
        return markers;
    }

    @Override
    public Catalogue readCatalogue() throws SQLException {
        if (dead) {
            throw new FakeConnection(this).lost();
        }
        return NO_TABLES;
    }

    @Override
    public ProductVersion productVersion() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ProductVersion> knownProductVersion() {
        return Optional.empty();
    }

    @Override
    public Optional<String> knownIdentity() {
        return Optional.empty();
    }

    @Override
    public PoolFigures pool() {
        return new PoolFigures(open.size(), 0, 0, POOL_MAX);
    }

    @Override
    public void schemaChanged() {
        // statements are not kept
    }

    @Override
    public void keepReady() {
        // connections are not kept
    }

    @Override
    public void close() {
        cutAll();
    }

    @Override
    public String toString() {
        return name;
    }

    /** All of them, with what they were asked, for messages. */
    List<String> histories() {
        List<String> all = new ArrayList<>();
        borrowed.forEach(connection -> all.add(name + ": " + connection.history()));
        return all;
    }
}
