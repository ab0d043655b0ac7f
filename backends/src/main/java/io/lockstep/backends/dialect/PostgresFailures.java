package io.lockstep.backends.dialect;

import java.sql.SQLException;

/** PostgreSQL's SQLStates; vendor codes are always 0. */
final class PostgresFailures {
    private PostgresFailures() {}

    static FailureClass byState(SQLException failure) {
        String state = FailureWalk.state(failure);
        return switch (state) {
            case "23505" -> FailureClass.DUPLICATE_KEY;
            case "23503", "23001" -> FailureClass.FOREIGN_KEY;
            case "42P07", "42710", "42P06", "42701", "42723", "42P04" -> FailureClass.OBJECT_EXISTS;
            case "42P01", "42703", "42883", "42704", "3F000", "3D000" ->
                    FailureClass.OBJECT_MISSING;
            case "42P16" ->
                    // "multiple primary keys for table" is one more way to say that it exists.
                    FailureClass.OBJECT_EXISTS;
            case "42501" -> FailureClass.PERMISSION;
            case "40P01" -> FailureClass.DEADLOCK;
            case "55P03" -> FailureClass.LOCK_TIMEOUT;
            case "40001" -> FailureClass.SERIALIZATION;
            case "40003" -> FailureClass.CONNECTION;
            case "57014" -> FailureClass.CANCELLED;
            case "25P02" -> FailureClass.DOOMED;
            case "25006" -> FailureClass.RESOURCE;
            case "25P03", "25P04", "57P01", "57P02", "57P03", "57P04", "57P05" ->
                    FailureClass.CONNECTION;
            case "XX001", "XX002" -> FailureClass.RESOURCE;
            case "2BP01", "44000" -> FailureClass.CONSTRAINT;
            default -> byClass(state);
        };
    }

    private static FailureClass byClass(String state) {
        if (state.length() != 5) {
            return FailureClass.OTHER;
        }
        return switch (state.substring(0, 2)) {
            case "08" -> FailureClass.CONNECTION;
            case "0A" -> FailureClass.NOT_SUPPORTED;
            case "21", "22", "54" -> FailureClass.DATA;
            // P0: raised by the user's own functions and triggers.
            case "23", "P0" -> FailureClass.CONSTRAINT;
            case "28" -> FailureClass.PERMISSION;
            case "42" -> FailureClass.SYNTAX;
            case "53", "58" -> FailureClass.RESOURCE;
            default -> FailureClass.OTHER;
        };
    }
}
