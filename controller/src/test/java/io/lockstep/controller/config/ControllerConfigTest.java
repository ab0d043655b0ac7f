package io.lockstep.controller.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.lockstep.controller.config.VirtualDatabaseConfig.HeartbeatConfig;
import io.lockstep.controller.config.VirtualDatabaseConfig.ReadBalancing;
import io.lockstep.controller.config.VirtualDatabaseConfig.Replication;
import io.lockstep.controller.config.VirtualDatabaseConfig.UserConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerConfigTest {
    private static final String MINIMAL =
            """
            virtualDatabases:
              - name: shop
                users: [{name: app, password: secret}]
                backends:
                  - {name: a, url: "jdbc:postgresql://127.0.0.1:5432/shop"}
            """;

    @TempDir private Path directory;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void everyDefaultIsPinned() throws ConfigException {
        ControllerConfig config = parse(MINIMAL);
        assertThat(config)
                .isEqualTo(
                        new ControllerConfig(
                                new ListenAddress("127.0.0.1", 25322),
                                new AdminConfig(
                                        new ListenAddress("127.0.0.1", 25323), Optional.empty()),
                                directory.resolve("data"),
                                new RecoveryLogConfig(10_737_418_240L, 67_108_864L),
                                Optional.empty(),
                                Optional.empty(),
                                List.of(
                                        new VirtualDatabaseConfig(
                                                "shop",
                                                List.of(new UserConfig("app", "secret")),
                                                Replication.RAIDB_1,
                                                ReadBalancing.LEAST_PENDING,
                                                Duration.ofSeconds(30),
                                                new HeartbeatConfig(
                                                        Duration.ofSeconds(1),
                                                        Duration.ofSeconds(2)),
                                                Duration.ofSeconds(60),
                                                true,
                                                Set.of(),
                                                false,
                                                List.of(
                                                        new BackendConfig(
                                                                "a",
                                                                "jdbc:postgresql://127.0.0.1:5432/shop",
                                                                "",
                                                                "",
                                                                1,
                                                                20,
                                                                Optional.empty(),
                                                                false))))));
        var settings =
                config.virtualDatabases().get(0).backends().get(0).settings(Duration.ofSeconds(60));
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.lockWait()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void everyKeyIsRead() throws Exception {
        Files.writeString(directory.resolve("server.pem"), "x");
        Files.writeString(directory.resolve("server.key"), "x");
        Files.createDirectory(directory.resolve("drivers"));
        environment.put("LOCKSTEP_ADMIN_TOKEN", "0123456789");
        ControllerConfig config =
                parse(
                        """
                        listen: "[::1]:0"
                        admin:
                          listen: 0.0.0.0:8080
                          token: ${LOCKSTEP_ADMIN_TOKEN}
                        dataDir: /var/lib/lockstep
                        log: {retainBytes: 1.5GB, segmentBytes: 16MB}
                        driverDir: drivers
                        tls: {certificate: server.pem, key: server.key}
                        virtualDatabases:
                          - name: shop
                            users: [{name: app, password: 0123}, {name: other, password: p}]
                            replication: {level: raidb-1}
                            readBalancer: round-robin
                            lockTimeout: 500ms
                            heartbeat: {interval: 250ms, timeout: 3s}
                            backendTimeout: 6s
                            autoRejoin: false
                            backends:
                              - {name: a, url: "jdbc:postgresql://h:5432/shop", user: u, password: "${PW:-p}", weight: 3, pool: {max: 7}, source: true}
                              - {name: b, url: "jdbc:h2:tcp://h:9092/shop;WRITE_DELAY=0", markerSchema: lockstep}
                        """);
        assertThat(config.listen()).isEqualTo(new ListenAddress("::1", 0));
        assertThat(config.listen().toString()).isEqualTo("[::1]:0");
        assertThat(config.admin().token()).contains("0123456789");
        assertThat(config.dataDir()).isEqualTo(Path.of("/var/lib/lockstep"));
        assertThat(config.log()).isEqualTo(new RecoveryLogConfig(1_610_612_736L, 16L << 20));
        assertThat(config.driverDir()).contains(directory.resolve("drivers"));
        assertThat(config.tls().orElseThrow().key()).isEqualTo(directory.resolve("server.key"));
        VirtualDatabaseConfig shop = config.virtualDatabases().get(0);
        assertThat(shop.users())
                .as("a number as it was typed")
                .containsExactly(new UserConfig("app", "0123"), new UserConfig("other", "p"));
        assertThat(shop.readBalancer()).isEqualTo(ReadBalancing.ROUND_ROBIN);
        assertThat(shop.lockTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(shop.heartbeat())
                .isEqualTo(new HeartbeatConfig(Duration.ofMillis(250), Duration.ofSeconds(3)));
        assertThat(shop.autoRejoin()).isFalse();
        BackendConfig a = shop.backends().get(0);
        assertThat(a)
                .isEqualTo(
                        new BackendConfig(
                                "a",
                                "jdbc:postgresql://h:5432/shop",
                                "u",
                                "p",
                                3,
                                7,
                                Optional.empty(),
                                true));
        assertThat(a.settings(shop.backendTimeout()).lockWait()).isEqualTo(Duration.ofSeconds(2));
        assertThat(shop.backends().get(1).markerSchema()).contains("lockstep");
    }

    @Test
    void variablesAreReplacedInsideValuesOnly() throws ConfigException {
        environment.put("PORT", "7000");
        environment.put("EVIL", "a\", weight: 9, x: \"");
        environment.put("EMPTY", "");
        ControllerConfig config =
                parse(
                        """
                        listen: 127.0.0.1:${PORT}
                        admin: {listen: "127.0.0.1:${ADMIN_PORT:-7001}", token: "${EMPTY:-}"}
                        dataDir: ${EMPTY:-state}
                        virtualDatabases:
                          - name: shop
                            users: [{name: app, password: "${EVIL}"}]
                            backends: [{name: a, url: "jdbc:h2:file:${dataDir}/h2;WRITE_DELAY=0"}]
                        """);
        assertThat(config.listen().port()).isEqualTo(7000);
        assertThat(config.admin().listen().port()).isEqualTo(7001);
        assertThat(config.admin().token()).isEmpty();
        assertThat(config.dataDir()).isEqualTo(directory.resolve("state"));
        VirtualDatabaseConfig shop = config.virtualDatabases().get(0);
        assertThat(shop.users().get(0).password()).isEqualTo("a\", weight: 9, x: \"");
        assertThat(shop.backends().get(0).url())
                .isEqualTo("jdbc:h2:file:" + directory + "/state/h2;WRITE_DELAY=0");
    }

    @Test
    void allProblemsAreReportedTogetherWithTheirPathAndLine() {
        assertProblems(
                """
                listen: 127.0.0.1
                admin: {listen: 127.0.0.1:70000, tokn: x}
                log: {retainBytes: 10, segmentBytes: 64 apples}
                virtualDatabases:
                  - name: shop
                    users: [{name: app, password: secret}, {name: app, password: b}]
                    replication: {level: raidb-0}
                    readBalancer: random
                    lockTimeout: 30
                    heartbeat: {interval: 0s, timeuot: 2s}
                    autoRejoin: yes
                    backends:
                      - {name: a, url: "jdbc:postgresql://h/shop", weight: 0, pool: {max: 1}}
                      - {name: a, url: "jdbc:postgresql://h/shop", weight: many, markerSchema: "a b"}
                      - {url: http://example.org, source: true, pool: 5}
                  - name: shop
                    users: []
                virtualDatabase: x
                """,
                "listen: \"127.0.0.1\", expected host:port with a port of 0 to 65535 (line 1)",
                "admin.listen: \"127.0.0.1:70000\", expected host:port with a port of 0 to 65535 (line 2)",
                "admin.tokn: unknown key; did you mean token? (line 2)",
                "log.retainBytes: \"10\", expected a size such as 64MB or 10GB (the unit is required) (line 3)",
                "log.segmentBytes: \"64 apples\", expected a size such as 64MB or 10GB (the unit is required) (line 3)",
                "virtualDatabases[0].users[1].name: app is already named at virtualDatabases[0].users[0].name (line 6)",
                "virtualDatabases[0].replication.level: \"raidb-0\", expected raidb-1 (line 7)",
                "virtualDatabases[0].readBalancer: \"random\", expected round-robin | weighted | least-pending (line 8)",
                "virtualDatabases[0].lockTimeout: \"30\", expected a duration such as 500ms, 30s, 5m, 1h (the unit is required) (line 9)",
                "virtualDatabases[0].heartbeat.interval: 0s, expected more than 0 and at most 1h (line 10)",
                "virtualDatabases[0].heartbeat.timeuot: unknown key; did you mean timeout? (line 10)",
                "virtualDatabases[0].autoRejoin: \"yes\", expected true or false (line 11)",
                "virtualDatabases[0].backends[0].pool.max: 1, expected 5 to 1000 (line 13)",
                "virtualDatabases[0].backends[0].weight: 0, expected 1 to 1000 (line 13)",
                "virtualDatabases[0].backends[1].name: a is already named at virtualDatabases[0].backends[0].name (line 14)",
                "virtualDatabases[0].backends[1].url: the same database is already named at virtualDatabases[0].backends[0].url (line 14)",
                "virtualDatabases[0].backends[1].weight: \"many\", expected a whole number (line 14)",
                "virtualDatabases[0].backends[1].markerSchema: \"a b\", expected a plain identifier (letters, digits, _) (line 14)",
                "virtualDatabases[0].backends[2].name: is missing (line 15)",
                "virtualDatabases[0].backends[2].url: is no JDBC URL, expected it to begin with jdbc: (line 15)",
                "virtualDatabases[0].backends[2].pool: is a single value, expected a mapping (key: value) (line 15)",
                "virtualDatabases[1].name: shop is already named at virtualDatabases[0].name (line 16)",
                "virtualDatabases[1].users: is empty; name at least one user (line 17)",
                "virtualDatabases[1].backends: is missing; name at least one backend (line 16)",
                "virtualDatabase: unknown key; did you mean virtualDatabases? (line 18)");
    }

    @Test
    void readOnlyRoutinesAreNamesWithoutSchema() throws ConfigException {
        assertThat(
                        parse(MINIMAL + "    readOnlyRoutines: [report, Net_Price]\n")
                                .virtualDatabases()
                                .get(0)
                                .readOnlyRoutines())
                .containsExactlyInAnyOrder("report", "net_price");
        assertProblems(
                MINIMAL + "    readOnlyRoutines: [shop.report]\n",
                "virtualDatabases[0].readOnlyRoutines: \"shop.report\", expected the plain name of a function or procedure, without schema (line 6)");
        assertProblems(
                MINIMAL + "    readOnlyRoutines: report\n",
                "virtualDatabases[0].readOnlyRoutines: is a single value, expected a list (line 6)");
    }

    @Test
    void aListenerReachableFromElsewhereNeedsAToken() {
        assertProblems(
                "listen: 0.0.0.0:25322\n" + MINIMAL,
                "admin.token: is required, because listen 0.0.0.0:25322 is reachable from other machines (line 1)");
        assertProblems(
                "admin:\n  listen: 0.0.0.0:25323\n" + MINIMAL,
                "admin.token: is required, because admin.listen 0.0.0.0:25323 is reachable from other machines (line 2)");
        assertProblems(
                "admin: {token: short}\n" + MINIMAL,
                "admin.token: is shorter than 8 characters (line 1)");
    }

    @Test
    void onePortCannotServeBothButTwoFreePortsAreFine() throws ConfigException {
        assertProblems(
                "admin:\n  listen: 127.0.0.1:25322\n" + MINIMAL,
                "admin.listen: 127.0.0.1:25322 cannot serve clients and admins at once (line 2)");
        parse("listen: 127.0.0.1:0\nadmin: {listen: \"127.0.0.1:0\"}\n" + MINIMAL);
    }

    @Test
    void anUnsetVariableIsAProblemThatNamesIt() {
        assertProblems(
                "dataDir: ${LOCKSTEP_DATA}/x\nlisten: ${}\n" + MINIMAL,
                "listen: malformed reference, expected ${NAME} or ${NAME:-default} (line 2)",
                "dataDir: environment variable LOCKSTEP_DATA is not set; set it, or write ${LOCKSTEP_DATA:-default} (line 1)");
    }

    @Test
    void aUrlThatTheDialectForbidsOrThatHasNoDialectIsAProblem() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(
                        () ->
                                parse(
                                        """
                                        virtualDatabases:
                                          - name: shop
                                            users: [{name: app, password: secret}]
                                            backends:
                                              - {name: a, url: "jdbc:h2:file:/tmp/a"}
                                              - {name: b, url: "jdbc:oracle:thin:@h?password=topsecret"}
                                        """))
                .satisfies(
                        e -> {
                            assertThat(e.problems()).hasSize(2);
                            assertThat(e.problems().get(0))
                                    .startsWith("virtualDatabases[0].backends[0].url: ")
                                    .contains("WRITE_DELAY=0");
                            assertThat(e.problems().get(1))
                                    .startsWith("virtualDatabases[0].backends[1].url: no dialect")
                                    .doesNotContain("topsecret");
                        });
    }

    @Test
    void missingFilesAreProblems() {
        assertProblems(
                "driverDir: nowhere\ntls: {certificate: a.pem}\n" + MINIMAL,
                "driverDir: " + directory.resolve("nowhere") + " is not a folder (line 1)",
                "tls.certificate: "
                        + directory.resolve("a.pem")
                        + " does not exist or cannot be read (line 2)",
                "tls.key: is missing (line 2)");
    }

    @Test
    void keysGivenTwiceAliasesAndSecondDocumentsAreProblems() {
        assertProblems(
                "dataDir: a\ndataDir: b\n" + MINIMAL,
                "dataDir: given twice, first on line 1 (line 2)");
        assertProblems(
                "dataDir: &d a\ndriverDir: *d\n" + MINIMAL,
                "driverDir: YAML aliases (*name) are not supported (line 2)");
        assertProblems(
                MINIMAL + "---\nlisten: x\n",
                "a second document begins here, expected one (line 7)");
    }

    @Test
    void whatIsNoMappingIsSaidToBeNone() {
        assertProblems("", "the file is empty; see config-examples/quickstart.yaml for a start");
        assertProblems(
                "# nothing\n",
                "the file is empty; see config-examples/quickstart.yaml for a start");
        assertProblems("- a\n", "the file is a list, expected key: value (line 1)");
        assertProblems("hello", "the file is a single value, expected key: value (line 1)");
        assertProblems(
                "virtualDatabases: {a: 1}",
                "virtualDatabases: is a mapping, expected a list (line 1)");
        assertProblems(
                "virtualDatabases: [a]",
                "virtualDatabases[0]: is a single value, expected a mapping (key: value) (line 1)",
                "virtualDatabases[0].name: is missing (line 1)",
                "virtualDatabases[0].users: is missing; name at least one user (line 1)",
                "virtualDatabases[0].backends: is missing; name at least one backend (line 1)");
    }

    @Test
    void brokenYamlIsReportedWithItsLine() {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> parse("listen: 127.0.0.1:1\nadmin: {listen\nx: [\n"))
                .satisfies(
                        e ->
                                assertThat(e.problems())
                                        .singleElement()
                                        .asString()
                                        .startsWith("not valid YAML: ")
                                        .containsPattern("\\(line \\d+\\)$"));
    }

    @Test
    void passwordsAndTokensAreNeverPrinted() throws ConfigException {
        environment.put("T", "topsecret-token");
        String text =
                """
                admin: {token: "${T}"}
                virtualDatabases:
                  - name: shop
                    users: [{name: app, password: topsecret-user}]
                    backends:
                      - {name: a, url: "jdbc:postgresql://h/shop?password=topsecret-url", user: u, password: topsecret-backend}
                """;
        assertThat(parse(text).toString()).doesNotContain("topsecret").contains("app", "***");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> parse(text.replace("name: shop", "name: 'a b'")))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("topsecret"));
    }

    @Test
    void loadReadsAFileRelativeToItsFolder() throws Exception {
        Path file = directory.resolve("shop.yaml");
        Files.writeString(file, MINIMAL);
        assertThat(ControllerConfig.load(file).dataDir()).isEqualTo(directory.resolve("data"));
    }

    @Test
    void loadSaysWhyAFileCannotBeRead() throws Exception {
        Path missing = directory.resolve("missing.yaml");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ControllerConfig.load(missing))
                .withMessage(missing + ": 1 problem\n  the file does not exist");
        Path binary = directory.resolve("binary.yaml");
        Files.write(binary, "é".getBytes(StandardCharsets.ISO_8859_1));
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> ControllerConfig.load(binary))
                .withMessageContaining("is not UTF-8 text");
    }

    private ControllerConfig parse(String text) throws ConfigException {
        return ControllerConfig.parse("test.yaml", text, directory, environment);
    }

    private void assertProblems(String text, String... problems) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> parse(text))
                .satisfies(e -> assertThat(e.problems()).containsExactlyInAnyOrder(problems));
    }
}
