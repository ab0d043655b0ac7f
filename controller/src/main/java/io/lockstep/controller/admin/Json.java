package io.lockstep.controller.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;

/** The admin API's JSON: records as objects, times as ISO 8601 text. */
final class Json {
    private static final ObjectMapper MAPPER =
            new ObjectMapper()
                    .registerModule(
                            new SimpleModule()
                                    .addSerializer(Instant.class, ToStringSerializer.instance));

    private Json() {}

    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + value.getClass(), e);
        }
    }

    /**
     * The text field of a JSON object, or an empty text.
     *
     * @throws AdminException it is no JSON object, or the field is no text
     */
    static String textField(String body, String field) throws AdminException {
        if (body.isEmpty()) {
            return "";
        }
        JsonNode root;
        try {
            root = MAPPER.readTree(body);
        } catch (IOException e) {
            throw malformed("the body is not valid JSON", e);
        }
        if (!root.isObject()) {
            throw malformed("the body is not a JSON object", null);
        }
        JsonNode value = root.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            throw malformed("\"" + field + "\" is not a text", null);
        }
        return value.textValue();
    }

    private static AdminException malformed(String what, Throwable cause) {
        return new AdminException(
                AdminException.Kind.BAD_REQUEST,
                what,
                "send an object such as {\"field\": \"text\"}",
                cause);
    }
}
