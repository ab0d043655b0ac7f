package io.lockstep.controller.admin;

import io.lockstep.protocol.TransactionId;
import io.lockstep.protocol.TransactionOutcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which request does what. Called on worker threads; the caller has checked who asks. */
final class AdminApi {
    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
    private static final String PREFIX = "/api/v1/";

    private final AdminOperations operations;
    private final ControllerMetrics metrics;

    AdminApi(AdminOperations operations, ControllerMetrics metrics) {
        this.operations = operations;
        this.metrics = metrics;
    }

    /**
     * One request.
     *
     * @param path decoded, without the query
     */
    record Call(String method, String path, Map<String, List<String>> query, String body) {
        String parameter(String name) {
            List<String> values = query.getOrDefault(name, List.of());
            return values.isEmpty() ? "" : values.get(0);
        }
    }

    Reply answer(Call call) {
        try {
            return switch (call.path) {
                case "/health" -> health(call);
                case "/metrics" -> {
                    require(call, "GET");
                    yield Reply.text(ControllerMetrics.CONTENT_TYPE, metrics.scrape());
                }
                default -> {
                    if (!call.path.startsWith(PREFIX)) {
                        throw unknownPath(call);
                    }
                    yield Reply.json(200, api(call, call.path.substring(PREFIX.length())));
                }
            };
        } catch (AdminException e) {
            return Reply.error(statusOf(e.kind()), e.getMessage(), e.hint());
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", call.method, call.path, e);
            return Reply.error(500, "internal error: " + e, "the controller's log has the details");
        }
    }

    private Reply health(Call call) throws AdminException {
        require(call, "GET");
        boolean serving = operations.isServing();
        return Reply.json(serving ? 200 : 503, Map.of("status", serving ? "ok" : "not serving"));
    }

    private Object api(Call call, String path) throws AdminException {
        String[] parts = path.split("/", -1);
        return switch (parts[0]) {
            case "status" -> {
                expect(call, "GET", parts, 1);
                if (!call.parameter("vdb").isEmpty()) {
                    virtualDatabase(call); // refuses one that does not exist
                }
                yield operations.status();
            }
            case "backends" -> backends(call, parts);
            case "sessions" -> sessions(call, parts);
            case "explain" -> {
                expect(call, "POST", parts, 1);
                yield operations.explain(virtualDatabase(call), sql(call));
            }
            case "outcomes" -> {
                expect(call, "GET", parts, 2);
                TransactionId id = transactionId(parts[1]);
                TransactionOutcome outcome = operations.outcome(virtualDatabase(call), id);
                yield Map.of("transaction", id.toString(), "outcome", outcome.name());
            }
            case "locks" -> {
                expect(call, "GET", parts, 1);
                yield operations.locks(virtualDatabase(call));
            }
            case "log" -> log(call, parts);
            case "config" -> config(call, parts);
            default -> throw unknownPath(call);
        };
    }

    private Object backends(Call call, String[] parts) throws AdminException {
        if (parts.length == 1) {
            require(call, "GET");
            return operations.backends(virtualDatabase(call));
        }
        String name = parts[1];
        if (parts.length == 3 && parts[2].equals("disable")) {
            require(call, "POST");
            String reason = Json.textField(call.body, "reason");
            String virtualDatabase = virtualDatabase(call);
            BackendStatus status = operations.disableBackend(virtualDatabase, name, reason);
            LOG.info("Operator disabled {}/{}: {}", virtualDatabase, name, reason);
            return status;
        }
        if (parts.length == 3 && parts[2].equals("enable")) {
            require(call, "POST");
            String virtualDatabase = virtualDatabase(call);
            BackendStatus status = operations.enableBackend(virtualDatabase, name);
            LOG.info("Operator enabled {}/{}: {}", virtualDatabase, name, status.state());
            return status;
        }
        if (parts.length == 3 && parts[2].equals("counters")) {
            require(call, "POST");
            String virtualDatabase = virtualDatabase(call);
            int moved = operations.settleCounters(virtualDatabase, name);
            LOG.info("Operator had {} counters of {}/{} moved", moved, virtualDatabase, name);
            return Map.of("name", name, "moved", moved);
        }
        expect(call, "GET", parts, 2);
        String virtualDatabase = virtualDatabase(call);
        List<BackendStatus> all = operations.backends(virtualDatabase);
        for (BackendStatus backend : all) {
            if (backend.name().equals(name)) {
                return backend;
            }
        }
        throw new AdminException(
                AdminException.Kind.NOT_FOUND,
                "no backend " + name + " in " + virtualDatabase,
                "there are " + String.join(", ", all.stream().map(BackendStatus::name).toList()));
    }

    private Object sessions(Call call, String[] parts) throws AdminException {
        if (parts.length == 1) {
            require(call, "GET");
            return operations.sessions(virtualDatabase(call));
        }
        expect(call, "DELETE", parts, 2);
        long id;
        try {
            id = Long.parseUnsignedLong(parts[1], 16);
        } catch (NumberFormatException e) {
            throw new AdminException(
                    AdminException.Kind.BAD_REQUEST,
                    "\"" + parts[1] + "\" is no session id",
                    "ids are the hexadecimal numbers that the list of sessions shows",
                    e);
        }
        String virtualDatabase = virtualDatabase(call);
        operations.killSession(virtualDatabase, id);
        String killed = Long.toHexString(id);
        LOG.info("Operator killed session {} of {}", killed, virtualDatabase);
        return Map.of("killed", killed);
    }

    private Object log(Call call, String[] parts) throws AdminException {
        if (parts.length == 1) {
            require(call, "GET");
            return operations.log(virtualDatabase(call));
        }
        expect(call, "GET", parts, 3);
        boolean lines =
                switch (parts[1]) {
                    case "verify" -> false;
                    case "records" -> true;
                    default -> throw unknownPath(call);
                };
        long from;
        try {
            from = Long.parseLong(parts[2]);
        } catch (NumberFormatException e) {
            throw new AdminException(
                    AdminException.Kind.BAD_REQUEST,
                    "\"" + parts[2] + "\" is no sequence",
                    "records are numbered from 1",
                    e);
        }
        return operations.readLog(virtualDatabase(call), from, lines);
    }

    private Object config(Call call, String[] parts) throws AdminException {
        if (parts.length != 2 || !parts[1].equals("check")) {
            throw unknownPath(call);
        }
        require(call, "POST");
        List<String> problems = operations.checkConfiguration(call.body);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("valid", problems.isEmpty());
        result.put("problems", problems);
        return result;
    }

    private static TransactionId transactionId(String text) throws AdminException {
        try {
            return TransactionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new AdminException(
                    AdminException.Kind.BAD_REQUEST,
                    "\"" + text + "\" is no transaction id",
                    "ids are two hexadecimal numbers with a dash between, as error messages and the list of sessions show them",
                    e);
        }
    }

    private static String sql(Call call) throws AdminException {
        String sql = Json.textField(call.body, "sql");
        if (sql.isBlank()) {
            throw new AdminException(
                    AdminException.Kind.BAD_REQUEST,
                    "there is no statement to explain",
                    "send {\"sql\": \"SELECT ...\"}");
        }
        return sql;
    }

    /** The one named by {@code vdb}, which may be left out where there is only one. */
    private String virtualDatabase(Call call) throws AdminException {
        String name = call.parameter("vdb");
        List<String> all = operations.virtualDatabases();
        if (name.isEmpty() && all.size() == 1) {
            return all.get(0);
        }
        if (name.isEmpty()) {
            throw new AdminException(
                    AdminException.Kind.BAD_REQUEST,
                    "there are several virtual databases, and none was named",
                    "name one of " + String.join(", ", all) + " (CLI: --vdb NAME)");
        }
        if (!all.contains(name)) {
            throw new AdminException(
                    AdminException.Kind.NOT_FOUND,
                    "no virtual database " + name,
                    "there are " + String.join(", ", all));
        }
        return name;
    }

    private static void expect(Call call, String method, String[] parts, int length)
            throws AdminException {
        if (parts.length != length) {
            throw unknownPath(call);
        }
        require(call, method);
    }

    private static void require(Call call, String method) throws AdminException {
        if (!call.method.equals(method)) {
            throw new AdminException(
                    AdminException.Kind.BAD_REQUEST,
                    call.path + " does not take " + call.method,
                    "use " + method);
        }
    }

    private static AdminException unknownPath(Call call) {
        return new AdminException(
                AdminException.Kind.NOT_FOUND,
                "there is nothing at " + call.path,
                "the CLI may be newer than the controller: compare their versions");
    }

    private static int statusOf(AdminException.Kind kind) {
        return switch (kind) {
            case BAD_REQUEST -> 400;
            case NOT_FOUND -> 404;
            case REFUSED -> 409;
            case FAILED -> 500;
        };
    }
}
