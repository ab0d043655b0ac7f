package io.lockstep.controller.config;

import io.lockstep.controller.config.VirtualDatabaseConfig.HeartbeatConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig.UserConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The keys of the file: which there are, what they may be, how they must agree. */
final class ConfigReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int TOKEN_LENGTH_MIN = 8;

    /** Two for commit groups, two for reads, one for a transaction. */
    private static final int POOL_MIN = 5;

    private final Problems problems;
    private final Path directory;
    private final Variables variables;

    ConfigReader(Problems problems, Path directory, Variables variables) {
        this.problems = problems;
        this.directory = directory;
        this.variables = variables;
    }

    /** Empty if the file is no mapping; the result is meaningless if problems were found. */
    Optional<ControllerConfig> read(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping)) {
            problems.add("", node.line(), "the file is " + node.kind() + ", expected key: value");
            return Optional.empty();
        }
        Section root = Section.of("", node, problems, variables);
        ListenAddress listen = root.value("listen", ConfigReader::address).orElse(Defaults.LISTEN);
        AdminConfig admin = admin(root.section("admin"), root, listen);
        Path dataDir = root.value("dataDir", this::path).orElseGet(() -> path(Defaults.DATA_DIR));
        variables.define("dataDir", dataDir.toString());
        RecoveryLogConfig log = recoveryLog(root.section("log"));
        Optional<Path> driverDir = root.value("driverDir", this::path);
        if (driverDir.isPresent() && !Files.isDirectory(driverDir.get())) {
            root.problem("driverDir", driverDir.get() + " is not a folder");
        }
        Optional<TlsConfig> tls =
                root.has("tls") ? Optional.of(tls(root.section("tls"))) : Optional.empty();
        root.section("tls"); // known, also when it is absent
        List<VirtualDatabaseConfig> virtualDatabases = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        for (Section section : root.sections("virtualDatabases", "virtual database")) {
            virtualDatabases.add(virtualDatabase(section, names));
        }
        root.finish();
        return Optional.of(
                new ControllerConfig(
                        listen, admin, dataDir, log, driverDir, tls, virtualDatabases));
    }

    private AdminConfig admin(Section section, Section root, ListenAddress clients) {
        ListenAddress listen =
                section.value("listen", ConfigReader::address).orElse(Defaults.ADMIN_LISTEN);
        Optional<String> token = section.text("token").filter(text -> !text.isEmpty());
        if (token.isPresent() && token.get().length() < TOKEN_LENGTH_MIN) {
            section.problem("token", "is shorter than " + TOKEN_LENGTH_MIN + " characters");
        }
        if (token.isEmpty() && !(listen.isLoopback() && clients.isLoopback())) {
            section.problem(
                    "token",
                    "is required, because "
                            + (listen.isLoopback() ? "listen " + clients : "admin.listen " + listen)
                            + " is reachable from other machines");
        }
        if (listen.port() != 0 && listen.equals(clients)) {
            (section.has("listen") ? section : root)
                    .problem("listen", listen + " cannot serve clients and admins at once");
        }
        section.finish();
        return new AdminConfig(listen, token);
    }

    private static RecoveryLogConfig recoveryLog(Section section) {
        long retain = section.size("retainBytes", Defaults.LOG_RETAIN_BYTES, 16L << 20, 1L << 50);
        long segment = section.size("segmentBytes", Defaults.LOG_SEGMENT_BYTES, 1L << 20, 1L << 30);
        if (retain < 2 * segment) {
            section.problem("retainBytes", "must hold at least two segments of segmentBytes");
        }
        section.finish();
        return new RecoveryLogConfig(retain, segment);
    }

    private TlsConfig tls(Section section) {
        TlsConfig tls =
                new TlsConfig(readableFile(section, "certificate"), readableFile(section, "key"));
        section.finish();
        return tls;
    }

    private Path readableFile(Section section, String key) {
        Optional<Path> file = section.value(key, this::path);
        if (file.isEmpty() && !section.has(key)) {
            section.problem(key, "is missing");
        } else if (file.isPresent() && !Files.isReadable(file.get())) {
            section.problem(key, file.get() + " does not exist or cannot be read");
        }
        return file.orElse(directory);
    }

    private VirtualDatabaseConfig virtualDatabase(Section section, Map<String, String> names) {
        String name = name(section, names);
        List<UserConfig> users = new ArrayList<>();
        Map<String, String> userNames = new HashMap<>();
        for (Section user : section.sections("users", "user")) {
            users.add(user(user, userNames));
        }
        Section replication = section.section("replication");
        VirtualDatabaseConfig.Replication level = replication.choice("level", Defaults.REPLICATION);
        replication.finish();
        VirtualDatabaseConfig.ReadBalancing readBalancer =
                section.choice("readBalancer", Defaults.READ_BALANCER);
        Duration lockTimeout = section.duration("lockTimeout", Defaults.LOCK_TIMEOUT, DAY);
        HeartbeatConfig heartbeat = heartbeat(section.section("heartbeat"));
        Duration backendTimeout = section.duration("backendTimeout", Defaults.BACKEND_TIMEOUT, DAY);
        boolean autoRejoin = section.flag("autoRejoin", Defaults.AUTO_REJOIN);
        Set<String> readOnlyRoutines =
                Set.copyOf(section.values("readOnlyRoutines", ConfigReader::routineName));
        boolean acceptVolatileTriggers = section.flag("acceptVolatileTriggers", false);
        List<BackendConfig> backends = backends(section);
        section.finish();
        return new VirtualDatabaseConfig(
                name,
                users,
                level,
                readBalancer,
                lockTimeout,
                heartbeat,
                backendTimeout,
                autoRejoin,
                readOnlyRoutines,
                acceptVolatileTriggers,
                backends);
    }

    private static UserConfig user(Section section, Map<String, String> names) {
        String name = section.requiredText("name");
        distinct(section, "name", name, name, names);
        UserConfig user = new UserConfig(name, section.requiredText("password"));
        section.finish();
        return user;
    }

    private static HeartbeatConfig heartbeat(Section section) {
        HeartbeatConfig heartbeat =
                new HeartbeatConfig(
                        section.duration("interval", Defaults.HEARTBEAT_INTERVAL, HOUR),
                        section.duration("timeout", Defaults.HEARTBEAT_TIMEOUT, HOUR));
        section.finish();
        return heartbeat;
    }

    private List<BackendConfig> backends(Section section) {
        List<BackendConfig> backends = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        Map<String, String> urls = new HashMap<>();
        Section source = null;
        for (Section item : section.sections("backends", "backend")) {
            BackendConfig backend = backend(item, names, urls);
            if (backend.source() && source != null) {
                item.problem("source", "a second source; " + source.path("source") + " is one");
            } else if (backend.source()) {
                source = item;
            }
            backends.add(backend);
        }
        return backends;
    }

    private BackendConfig backend(
            Section section, Map<String, String> names, Map<String, String> urls) {
        String name = name(section, names);
        String url = section.requiredText("url").strip();
        if (!url.isEmpty()) {
            BackendUrlRules.problems(url).forEach(why -> section.problem("url", why));
            distinct(section, "url", url, "the same database", urls);
        }
        Section pool = section.section("pool");
        int poolMax = pool.number("max", Defaults.POOL_MAX, POOL_MIN, 1000);
        pool.finish();
        BackendConfig backend =
                new BackendConfig(
                        name,
                        url,
                        section.text("user").orElse(""),
                        section.text("password").orElse(""),
                        section.number("weight", Defaults.WEIGHT, 1, 1000),
                        poolMax,
                        section.value("markerSchema", ConfigReader::schemaName),
                        section.flag("source", false));
        section.finish();
        return backend;
    }

    private static String name(Section section, Map<String, String> names) {
        String name = section.requiredText("name");
        if (!name.isBlank() && !NAME.matcher(name).matches()) {
            section.problem(
                    "name", "\"" + name + "\", expected up to 64 letters, digits and any of _ . -");
        }
        distinct(section, "name", name, name, names);
        return name;
    }

    private static void distinct(
            Section section, String key, String value, String what, Map<String, String> seen) {
        String earlier = value.isBlank() ? null : seen.putIfAbsent(value, section.path(key));
        if (earlier != null) {
            section.problem(key, what + " is already named at " + earlier);
        }
    }

    private static String schemaName(String text) {
        if (!text.matches("[A-Za-z_][A-Za-z0-9_]{0,62}")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\", expected a plain identifier (letters, digits, _)");
        }
        return text;
    }

    private static String routineName(String text) {
        if (!text.matches("[\\p{L}_][\\p{L}\\p{N}_$]{0,127}")) {
            throw new IllegalArgumentException(
                    "\""
                            + text
                            + "\", expected the plain name of a function or procedure, without schema");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    private Path path(String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("is empty");
        }
        try {
            return directory.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a path", e);
        }
    }

    private static ListenAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        String port = text.substring(colon + 1);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (bracketed) {
            host = host.substring(1, host.length() - 1);
        }
        boolean plain = !host.isBlank() && (bracketed || host.indexOf(':') < 0);
        if (!plain || !port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(
                    "\"" + text + "\", expected host:port with a port of 0 to 65535");
        }
        return new ListenAddress(host, Integer.parseInt(port));
    }
}
