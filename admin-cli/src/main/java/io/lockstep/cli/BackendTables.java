package io.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.cli.output.Format;
import io.lockstep.cli.output.Style;
import io.lockstep.cli.output.TextTable;
import io.lockstep.cli.output.TextTable.Cell;

/** Backends as the API describes them, one line each or one on a page. */
final class BackendTables {
    private BackendTables() {}

    static TextTable list(JsonNode backends) {
        TextTable table =
                new TextTable(
                        "BACKEND",
                        "STATE",
                        "ENGINE",
                        "POOL",
                        "REQUESTS",
                        "PENDING",
                        "WEIGHT",
                        "LAST ERROR");
        for (JsonNode backend : backends) {
            table.row(
                    Cell.text(backend.path("name").asText()),
                    state(backend),
                    Cell.text(text(backend, "engine")),
                    Cell.text(pool(backend.path("pool"))).rightAligned(),
                    Cell.number(backend.path("requests").asLong()),
                    Cell.number(backend.path("pending").asLong()),
                    Cell.number(backend.path("weight").asLong()),
                    Cell.text(whatIsWrong(backend)));
        }
        return table;
    }

    static TextTable page(JsonNode backend) {
        JsonNode pool = backend.path("pool");
        return new TextTable("BACKEND", text(backend, "name"))
                .row(Cell.text("virtual database"), cell(backend, "virtualDatabase"))
                .row(Cell.text("state"), state(backend))
                .row(Cell.text("since"), Cell.text(Format.local(text(backend, "since"))))
                .row(Cell.text("reason"), cell(backend, "reason"))
                .row(Cell.text("url"), cell(backend, "url"))
                .row(Cell.text("user"), cell(backend, "user"))
                .row(Cell.text("engine"), cell(backend, "engine"))
                .row(Cell.text("weight"), cell(backend, "weight"))
                .row(Cell.text("connections"), Cell.text(connections(pool)))
                .row(Cell.text("requests"), cell(backend, "requests"))
                .row(Cell.text("pending"), cell(backend, "pending"))
                .row(Cell.text("last error"), cell(backend, "lastError"))
                .row(
                        Cell.text("last error at"),
                        Cell.text(Format.local(text(backend, "lastErrorAt"))));
    }

    /** The state, with how far it is on its way. */
    static String progress(JsonNode backend) {
        String behind = text(backend, "behind");
        return text(backend, "state")
                + (behind.isEmpty()
                        ? ""
                        : ", " + Format.count(Long.parseLong(behind), "commit") + " behind");
    }

    private static Cell state(JsonNode backend) {
        String state = text(backend, "state");
        return Cell.text(progress(backend))
                .styled(state.equals("enabled") ? Style.GOOD : Style.BAD);
    }

    private static String whatIsWrong(JsonNode backend) {
        boolean enabled = text(backend, "state").equals("enabled");
        String reason = text(backend, "reason");
        return enabled || reason.isEmpty() ? text(backend, "lastError") : reason;
    }

    /** Connections in use of those allowed, and who waits for one. */
    private static String pool(JsonNode pool) {
        if (!pool.isObject()) {
            return "-";
        }
        long waiting = pool.path("waiting").asLong();
        return pool.path("active").asLong()
                + "/"
                + pool.path("max").asLong()
                + (waiting == 0 ? "" : " +" + waiting);
    }

    private static String connections(JsonNode pool) {
        return pool.isObject()
                ? "%d active, %d idle, at most %d; %s"
                        .formatted(
                                pool.path("active").asLong(),
                                pool.path("idle").asLong(),
                                pool.path("max").asLong(),
                                Format.count(pool.path("waiting").asLong(), "request") + " waiting")
                : "none";
    }

    private static Cell cell(JsonNode node, String field) {
        return Cell.text(text(node, field));
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).isNull() ? "" : node.path(field).asText();
    }
}
