package io.lockstep.controller.admin;

import java.util.List;

/**
 * What would become of a statement.
 *
 * @param kind its class, for instance read, write, DDL
 * @param tablesRead names as in the catalogue
 * @param locks resource and mode of each lock it would take, in words
 * @param texts what each backend would get; empty if refused
 * @param refusal why it would be refused, or null
 * @param hint what to write instead, or null
 * @param notes anything else worth knowing, for instance which values are decided by the controller
 */
public record Explanation(
        String sql,
        String kind,
        List<String> tablesRead,
        List<String> tablesWritten,
        List<String> locks,
        List<BackendText> texts,
        String refusal,
        String hint,
        List<String> notes) {

    /** The statement as {@code backend} gets it. */
    public record BackendText(String backend, String sql) {}
}
