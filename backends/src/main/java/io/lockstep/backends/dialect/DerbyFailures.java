package io.lockstep.backends.dialect;

import java.sql.SQLException;

/** Derby's SQLStates; its vendor codes are only severities. */
final class DerbyFailures {
    private DerbyFailures() {}

    static FailureClass byState(SQLException failure) {
        String state = FailureWalk.state(failure);
        return switch (state) {
            // 23506: the same, checked at commit.
            case "23505", "23506" -> FailureClass.DUPLICATE_KEY;
            case "23503", "23504", "23516", "X0Y45", "X0Y46" -> FailureClass.FOREIGN_KEY;
            case "X0Y32", "X0Y68", "X0Y58", "X0Y33", "42X12", "42Z93" -> FailureClass.OBJECT_EXISTS;
            case "42X05",
                    "42X04",
                    "42X14",
                    "42Y55",
                    "42Y07",
                    "42Y03",
                    "42X65",
                    "42X86",
                    "42X94",
                    "42X28",
                    "X0X05",
                    "X0X81",
                    "X0X99" ->
                    FailureClass.OBJECT_MISSING;
            case "X0Y23", "X0Y24", "X0Y25", "X0Y28", "X0Y59", "X0Y80", "X0Y63" ->
                    FailureClass.CONSTRAINT;
            case "40001" -> FailureClass.DEADLOCK;
            case "40XL1", "40XL2" -> FailureClass.LOCK_TIMEOUT;
            case "XCL52" -> FailureClass.CANCELLED;
            case "25501", "25502", "25503", "25505" -> FailureClass.RESOURCE;
            case "40XC0", "58009", "58010", "58014", "58015", "58016", "58017", "XJ015" ->
                    FailureClass.CONNECTION;
            case "XJ040", "XJ041", "XJ048" -> FailureClass.RESOURCE;
            // A transaction that an earlier error has ended, or one that cannot go on.
            case "40XT0", "40XT1", "40XT2", "40XT4", "40XT5" -> FailureClass.DOOMED;
            case "42916", "0AX01" -> FailureClass.NOT_SUPPORTED;
            default -> byClass(state);
        };
    }

    private static FailureClass byClass(String state) {
        if (state.length() != 5) {
            return FailureClass.OTHER;
        }
        // Permissions are 42500 to 42507 and 4250A to 4250E.
        if (state.startsWith("4250")) {
            return FailureClass.PERMISSION;
        }
        // Storage: data files, log files, containers, disk.
        if (state.startsWith("XSD") || state.startsWith("XSL") || state.startsWith("XBM")) {
            return FailureClass.RESOURCE;
        }
        return switch (state.substring(0, 2)) {
            case "08" -> FailureClass.CONNECTION;
            case "0A" -> FailureClass.NOT_SUPPORTED;
            case "21", "22" -> FailureClass.DATA;
            case "23" -> FailureClass.CONSTRAINT;
            case "28" -> FailureClass.PERMISSION;
            case "42" -> FailureClass.SYNTAX;
            case "53", "54" -> FailureClass.RESOURCE;
            default -> FailureClass.OTHER;
        };
    }
}
