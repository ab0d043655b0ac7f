package io.lockstep.tests.benchmark;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What is measured, by the name it has on the command line. */
enum Workload {
    SELECT("select", "point SELECT"),
    INSERT("insert", "one-row INSERT"),
    MESSAGE("message", "message transaction"),
    BATCH("batch", "batch of 100");

    private final String option;
    private final String title;

    Workload(String option, String title) {
        this.option = option;
        this.title = title;
    }

    String option() {
        return option;
    }

    String title() {
        return title;
    }

    /**
     * Auto-commit writes also with many clients: there a controller can put several into one
     * transaction.
     */
    List<Integer> usualThreads() {
        return this == INSERT ? List.of(1, 4, 16, 64) : List.of(1, 4, 16);
    }

    void createTables(Target target) throws SQLException {
        try (Connection connection = target.connect()) {
            switch (this) {
                case SELECT -> PointSelect.createTables(connection);
                case INSERT -> OneRowInsert.createTables(connection);
                case MESSAGE -> MessageTransaction.createTables(connection);
                case BATCH -> InsertBatch.createTables(connection);
            }
        }
    }

    /**
     * A new client, which owns the connection; no two may have the same number in the life of a
     * database.
     */
    WorkloadClient newClient(Connection connection, int number) throws SQLException {
        return switch (this) {
            case SELECT -> new PointSelect(connection, number);
            case INSERT -> new OneRowInsert(connection, number);
            case MESSAGE -> new MessageTransaction(connection, number);
            case BATCH -> new InsertBatch(connection, number);
        };
    }

    static Workload named(String option) {
        for (Workload workload : values()) {
            if (workload.option.equals(option)) {
                return workload;
            }
        }
        throw new IllegalArgumentException(
                "unknown workload " + option + ", expected select, insert, message or batch");
    }
}
