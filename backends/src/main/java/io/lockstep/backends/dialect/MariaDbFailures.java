package io.lockstep.backends.dialect;

import java.sql.SQLException;

/** MariaDB's error numbers; many share the SQLState HY000. */
final class MariaDbFailures {
    private MariaDbFailures() {}

    static FailureClass byCode(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case 1022, 1062, 1169, 1586, 1761, 1762 -> FailureClass.DUPLICATE_KEY;
            // Database, table, column, key, primary key, routine, trigger, event, foreign key,
            // user, constraint, sequence.
            case 1007, 1050, 1060, 1061, 1068, 1304, 1359, 1396, 1537, 1826, 4166 ->
                    FailureClass.OBJECT_EXISTS;
            // Database, table, column, key, routine, trigger, event, partition, view, sequence.
            case 1008,
                    1049,
                    1051,
                    1054,
                    1072,
                    1091,
                    1109,
                    1146,
                    1176,
                    1305,
                    1360,
                    1507,
                    1539,
                    4031,
                    4091,
                    4092 ->
                    FailureClass.OBJECT_MISSING;
            case 1216, 1217, 1451, 1452, 1701, 1834 -> FailureClass.FOREIGN_KEY;
            // NOT NULL, no default, CHECK, view check option, SIGNAL.
            case 1048, 1364, 4025, 1138, 1369, 1644, 1171 -> FailureClass.CONSTRAINT;
            case 1052, 1064, 1065, 1110, 1111, 1136, 1140, 1149, 1055 -> FailureClass.SYNTAX;
            case 1153,
                    1241,
                    1242,
                    1264,
                    1265,
                    1292,
                    1365,
                    1366,
                    1367,
                    1406,
                    1411,
                    1416,
                    1441,
                    1690 ->
                    FailureClass.DATA;
            case 1044, 1045, 1142, 1143, 1227, 1370, 1410, 1698 -> FailureClass.PERMISSION;
            case 1213 -> FailureClass.DEADLOCK;
            case 1205 -> FailureClass.LOCK_TIMEOUT;
            case 1020 -> FailureClass.SERIALIZATION;
            case 1317, 1969, 3024 -> FailureClass.CANCELLED;
            case 1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2006, 2013 ->
                    FailureClass.CONNECTION;
            // Disk, memory, connections, files, read-only.
            case 3,
                    1015,
                    1021,
                    1023,
                    1024,
                    1026,
                    1030,
                    1033,
                    1034,
                    1035,
                    1036,
                    1037,
                    1038,
                    1040,
                    1041,
                    1114,
                    1135,
                    1180,
                    1194,
                    1195,
                    1203,
                    1206,
                    1226,
                    1290,
                    1461,
                    1712,
                    1792,
                    1877 ->
                    FailureClass.RESOURCE;
            case 1031, 1178, 1235, 1286, 4085 -> FailureClass.NOT_SUPPORTED;
            default -> byClass(FailureWalk.state(failure));
        };
    }

    private static FailureClass byClass(String state) {
        if (state.equals("70100")) {
            return FailureClass.CANCELLED;
        }
        if (state.length() != 5) {
            return FailureClass.OTHER;
        }
        return switch (state.substring(0, 2)) {
            case "08" -> FailureClass.CONNECTION;
            case "0A" -> FailureClass.NOT_SUPPORTED;
            case "21", "22" -> FailureClass.DATA;
            case "23", "45" -> FailureClass.CONSTRAINT;
            case "28" -> FailureClass.PERMISSION;
            case "42" -> FailureClass.SYNTAX;
            default -> FailureClass.OTHER;
        };
    }
}
