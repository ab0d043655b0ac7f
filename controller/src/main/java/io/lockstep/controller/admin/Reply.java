package io.lockstep.controller.admin;

import java.util.LinkedHashMap;
import java.util.Map;

/** One HTTP answer, ready to be sent. */
record Reply(int status, String contentType, String body) {
    private static final String JSON = "application/json; charset=utf-8";

    static Reply json(int status, Object value) {
        return new Reply(status, JSON, Json.text(value));
    }

    static Reply text(String contentType, String text) {
        return new Reply(200, contentType, text);
    }

    /** What every failure looks like: {@code {"error": ..., "hint": ...}}. */
    static Reply error(int status, String error, String hint) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("error", error);
        body.put("hint", hint);
        return json(status, body);
    }
}
