package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String BACKEND_A =
            """
            {"virtualDatabase": "shop", "name": "a", "state": "enabled",
             "since": "2026-01-02T03:04:05Z", "reason": null, "url": "jdbc:postgresql://h/shop",
             "user": "app", "engine": "PostgreSQL 15.3", "weight": 1,
             "pool": {"active": 2, "idle": 5, "max": 20, "waiting": 0},
             "requests": 1234, "pending": 1, "lastError": null, "lastErrorAt": null}""";
    private static final String BACKEND_B =
            """
            {"virtualDatabase": "shop", "name": "second", "state": "lost",
             "since": "2026-01-02T03:04:05Z", "reason": "connection refused", "url": "jdbc:h2:x",
             "user": "sa", "engine": null, "weight": 10, "pool": null,
             "requests": 7, "pending": 0, "lastError": "gone", "lastErrorAt": null}""";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();
    private FakeController controller;

    @TempDir private Path directory;

    @BeforeEach
    void start() throws Exception {
        controller = new FakeController();
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void backendListIsATableWithoutColoursWhereThereIsNoTerminal() {
        controller.answers("GET /api/v1/backends", 200, "[" + BACKEND_A + "," + BACKEND_B + "]");
        assertThat(run("backend", "list")).isEqualTo(ExitCode.DONE);
        assertThat(lines())
                .containsExactly(
                        "BACKEND  STATE    ENGINE           POOL  REQUESTS  PENDING  WEIGHT  LAST ERROR",
                        "a        enabled  PostgreSQL 15.3  2/20      1234        1       1",
                        "second   lost                         -         7        0      10  connection refused");
    }

    @Test
    void jsonOutputIsWhatTheControllerSaid() throws Exception {
        controller.answers("GET /api/v1/backends/a", 200, BACKEND_A);
        assertThat(run("-o", "json", "backend", "show", "a")).isEqualTo(ExitCode.DONE);
        ObjectMapper mapper = new ObjectMapper();
        assertThat(mapper.readTree(out.toString())).isEqualTo(mapper.readTree(BACKEND_A));
    }

    @Test
    void backendShowHasEverythingOnOnePage() {
        controller.answers("GET /api/v1/backends/a", 200, BACKEND_A);
        assertThat(run("backend", "show", "a")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .contains("jdbc:postgresql://h/shop")
                .contains("2 active, 5 idle, at most 20; 0 requests waiting");
    }

    @Test
    void statusNamesControllerAndVirtualDatabases() {
        controller.answers(
                "GET /api/v1/status",
                200,
                """
                {"version": "1.2.3", "startedAt": "2026-01-02T03:04:05Z",
                 "listen": "127.0.0.1:25322", "adminListen": "127.0.0.1:25323",
                 "dataDir": "/data", "heapUsedBytes": 1572864, "heapMaxBytes": 268435456,
                 "virtualDatabases": [{"name": "shop", "sessions": 1, "transactions": 2,
                 "permitsInUse": 2, "permits": 18, "backends": [%s]}]}"""
                        .formatted(BACKEND_A));
        assertThat(run("status")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .contains("controller 1.2.3, up ")
                .contains("heap 1.5 MB of 256 MB")
                .contains(
                        "virtual database shop: 1 session, 2 open transactions, 2 of 18 permits in use")
                .contains("PostgreSQL 15.3");
    }

    @Test
    void disableSendsTheReasonAndIsSafeToRepeat() {
        controller.answers(
                "POST /api/v1/backends/a/disable", 200, BACKEND_A.replace("enabled", "disabled"));
        assertThat(run("--vdb", "shop", "backend", "disable", "a", "--reason", "new \"disk\""))
                .isEqualTo(ExitCode.DONE);
        assertThat(lines()).containsExactly("a is disabled");
        assertThat(controller.asked())
                .containsExactly(
                        new FakeController.Asked(
                                "POST",
                                "/api/v1/backends/a/disable?vdb=shop",
                                null,
                                "{\"reason\":\"new \\\"disk\\\"\"}"));
    }

    @Test
    void enableWaitsUntilTheBackendServesAndSaysHowFarItIs() {
        String resyncing = BACKEND_A.replace("\"enabled\"", "\"resyncing\"");
        controller
                .answersFirst("POST /api/v1/backends/a/enable", 200, resyncing)
                .answersFirst("POST /api/v1/backends/a/enable", 200, resyncing)
                .answersFirst(
                        "POST /api/v1/backends/a/enable",
                        200,
                        resyncing.replace("\"url\"", "\"behind\": 1234, \"url\""))
                .answers("POST /api/v1/backends/a/enable", 200, BACKEND_A);
        assertThat(run("backend", "enable", "a")).isEqualTo(ExitCode.DONE);
        assertThat(lines())
                .containsExactly(
                        "a is resyncing", "a is resyncing, 1234 commits behind", "a is enabled");
    }

    @Test
    void countersSaysHowManyWereMoved() {
        controller.answers(
                "POST /api/v1/backends/a/counters", 200, "{\"name\": \"a\", \"moved\": 1}");
        assertThat(run("backend", "counters", "a")).isEqualTo(ExitCode.DONE);
        assertThat(lines()).containsExactly("a: 1 counter moved");
    }

    @Test
    void aRefusalIsPrintedWithItsHintAndEndsWithOne() {
        controller.answers(
                "POST /api/v1/backends/a/disable",
                409,
                "{\"error\": \"a is the last in service\", \"hint\": \"enable b first\"}");
        assertThat(run("backend", "disable", "a")).isEqualTo(ExitCode.FAILED);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly("lockstep: a is the last in service", "          enable b first");
    }

    @Test
    void namesAreEncodedInPaths() {
        run("backend", "show", "a/b c?d");
        assertThat(controller.asked().get(0).uri()).isEqualTo("/api/v1/backends/a%2Fb%20c%3Fd");
    }

    @Test
    void sessionsAreListedAndKilled() {
        controller
                .answers(
                        "GET /api/v1/sessions",
                        200,
                        """
                        [{"id": "f00d", "virtualDatabase": "shop", "user": "app", "client": "127.0.0.1:5",
                          "application": null, "connectedAt": "2026-01-02T03:04:05Z",
                          "state": "idle in transaction", "since": "2026-01-02T03:04:05Z",
                          "transaction": "1-9", "statement": "SELECT\\n  1"}]""")
                .answers("DELETE /api/v1/sessions/f00d", 200, "{\"killed\": \"f00d\"}");
        assertThat(run("session", "list")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .contains("f00d")
                .contains("idle in transaction")
                .contains("SELECT 1");
        assertThat(run("session", "kill", "f00d")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString()).endsWith("session f00d is ended" + System.lineSeparator());
    }

    @Test
    void locksSayWhoWaitsForWhom() {
        controller.answers(
                "GET /api/v1/locks",
                200,
                """
                {"held": [{"owner": "s1", "resource": "t[1]", "mode": "EXCLUSIVE"}],
                 "waiting": [{"owner": "s2", "resource": "t[1]", "mode": "EXCLUSIVE",
                              "waitedMillis": 1500, "waitsFor": ["s1", "s3"]},
                             {"owner": "s4", "resource": "admission", "mode": null,
                              "waitedMillis": 5, "waitsFor": []}],
                 "permitsInUse": 1, "permits": 18,
                 "counters": {"granted": 10, "waited": 2, "timedOut": 1, "deadlocks": 1}}""");
        assertThat(run("locks")).isEqualTo(ExitCode.DONE);
        assertThat(lines())
                .containsExactly(
                        "1 of 18 permits in use; since the start 10 requests granted, 2 waited, 1 timed out, 1 deadlock",
                        "",
                        "WAITING  RESOURCE   MODE       FOR  BEHIND",
                        "s2       t[1]       exclusive   1s  s1, s3",
                        "s4       admission             5ms",
                        "",
                        "HELD BY  RESOURCE  MODE",
                        "s1       t[1]      exclusive");
    }

    @Test
    void theLogIsDescribedVerifiedAndDumped() {
        controller
                .answers(
                        "GET /api/v1/log",
                        200,
                        """
                        {"identity": "1-2", "firstSequence": 3, "lastSequence": 9,
                         "forcedSequence": 8, "bytes": 2097152, "failure": null}""")
                .answers(
                        "GET /api/v1/log/verify/3",
                        200,
                        "{\"next\": 6, \"done\": false, \"lines\": [], \"damage\": null}")
                .answers(
                        "GET /api/v1/log/verify/6",
                        200,
                        "{\"next\": 8, \"done\": true, \"lines\": [], \"damage\": \"8 is wrong\"}")
                .answers(
                        "GET /api/v1/log/records/4",
                        200,
                        "{\"next\": 6, \"done\": false, \"lines\": [\"4 A\", \"5 B\"], \"damage\": null}")
                .answers(
                        "GET /api/v1/log/records/6",
                        200,
                        "{\"next\": 8, \"done\": true, \"lines\": [\"6 C\", \"7 D\"], \"damage\": null}");
        assertThat(run("log", "info")).isEqualTo(ExitCode.DONE);
        assertThat(run("log", "verify")).isEqualTo(ExitCode.FAILED);
        assertThat(run("log", "dump", "--from", "4", "--count", "3")).isEqualTo(ExitCode.DONE);
        assertThat(lines())
                .containsExactly(
                        "log 1-2, 2.0 MB",
                        "records 3 to 9, durable up to 8",
                        "5 records, then 8 is wrong",
                        "4 A",
                        "5 B",
                        "6 C");
    }

    @Test
    void explainEndsWithOneForAStatementThatWouldBeRefused() {
        controller.answers(
                "POST /api/v1/explain",
                200,
                """
                {"sql": "x", "kind": "write", "tablesRead": [], "tablesWritten": ["t", "u"],
                 "locks": ["t exclusive"], "texts": [],
                 "refusal": "random() per row", "hint": "compute it first", "notes": ["n"]}""");
        assertThat(run("explain", "UPDATE t SET a = random()")).isEqualTo(ExitCode.FAILED);
        assertThat(lines())
                .containsExactly(
                        "class        write",
                        "writes       t, u",
                        "locks        t exclusive",
                        "refused      random() per row",
                        "instead      compute it first",
                        "note         n");
        assertThat(controller.asked().get(0).body())
                .isEqualTo("{\"sql\":\"UPDATE t SET a = random()\"}");
    }

    @Test
    void configCheckSendsTheFileAndReportsItsProblems() throws Exception {
        Path file = directory.resolve("shop.yaml");
        Files.writeString(file, "listen: x\n");
        controller.answers(
                "POST /api/v1/config/check",
                200,
                "{\"valid\": false, \"problems\": [\"listen: bad (line 1)\"]}");
        assertThat(run("config", "check", file.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(lines()).containsExactly(file + ":", "  listen: bad (line 1)");
        assertThat(controller.asked().get(0).body()).isEqualTo("listen: x\n");

        controller.answers("POST /api/v1/config/check", 200, "{\"valid\": true, \"problems\": []}");
        assertThat(run("config", "check", file.toString())).isEqualTo(ExitCode.DONE);
        assertThat(run("config", "check", directory + "/none")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("does not exist");
    }

    @Test
    void theTokenComesFromTheOptionOrTheEnvironment() {
        controller.answers("GET /api/v1/locks", 200, "{}");
        environment.put("LOCKSTEP_ADMIN_TOKEN", "from-environment");
        run("locks");
        run("--token", "from-option", "locks");
        run("locks", "--token", "after-the-command");
        assertThat(controller.asked())
                .extracting(FakeController.Asked::authorization)
                .containsExactly(
                        "Bearer from-environment",
                        "Bearer from-option",
                        "Bearer after-the-command");
    }

    @Test
    void nobodyAtTheAddressIsExitCodeThree() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(execute("--controller", "127.0.0.1:" + port, "status"))
                .isEqualTo(ExitCode.NOT_REACHABLE);
        assertThat(err.toString())
                .contains("no controller: 127.0.0.1:" + port + " is not reachable")
                .contains("--controller");
    }

    @Test
    void somethingElseAtTheAddressIsSaidToBe() {
        controller.answers("GET /api/v1/status", 200, "<html>");
        assertThat(run("status")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString()).contains("is not JSON").contains("admin port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fly",
                "backend",
                "backend fly",
                "backend show",
                "backend show a b",
                "session kill",
                "-o xml status",
                "--controller nowhere status",
                "sql --user",
                "config"
            })
    void wrongUseIsExitCodeTwo(String line) {
        assertThat(execute(line.isEmpty() ? new String[0] : line.split(" ", -1)))
                .as(err.toString())
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).isNotBlank();
        assertThat(controller.asked()).isEmpty();
    }

    @Test
    void helpAndVersionAreNotErrors() {
        assertThat(execute("--help")).isEqualTo(ExitCode.DONE);
        assertThat(out.toString())
                .contains("status", "backend", "session", "locks", "explain", "config", "sql");
        assertThat(execute("backend", "--help")).isEqualTo(ExitCode.DONE);
        assertThat(execute("--version")).isEqualTo(ExitCode.DONE);
    }

    @Test
    void sqlNeedsAUserAndAPassword() {
        assertThat(run("sql", "SELECT 1")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--user or LOCKSTEP_USER");
        assertThat(run("sql", "--user", "app", "SELECT 1")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("LOCKSTEP_PASSWORD");
    }

    @Test
    void sqlSaysWhichDatabaseItCouldNotReach() {
        environment.put("LOCKSTEP_PASSWORD", "topsecret");
        controller.answers(
                "GET /api/v1/status",
                200,
                "{\"listen\": \"127.0.0.1:1\", \"virtualDatabases\": [{\"name\": \"shop\"}]}");
        assertThat(run("sql", "--user", "app", "SELECT 1")).isEqualTo(ExitCode.FAILED);
        assertThat(err.toString())
                .contains("jdbc:lockstep://127.0.0.1:1/shop as app: ")
                .doesNotContain("topsecret");
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of("--controller", controller.address()));
        all.addAll(List.of(args));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... args) {
        return Main.run(
                new Main.Shell(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        new ByteArrayInputStream(new byte[0]),
                        false,
                        environment),
                args);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }
}
