package io.lockstep.driver.activemq;

import java.util.List;
import java.util.stream.Stream;
import org.apache.activemq.store.jdbc.Statements;

/**
 * The store's tables in their final form, in SQL that Derby, H2, PostgreSQL and MariaDB take alike.
 *
 * <p>Run at every start of a broker; from the second on each statement fails because the object
 * exists, and changes nothing. Names and column types come from the configured {@link Statements}.
 *
 * <p>Key lengths: the longest key, the acknowledgements' primary key, takes 3 x (250 x 4 + 2) + 8 =
 * 3014 bytes with four bytes a character; InnoDB allows 3072.
 */
record PortableSchema(Statements names) {
    /** Puts the schema into the statements and returns them. */
    Statements applied() {
        List<String> lock = lockTable();
        names.setCreateLockSchemaStatements(lock.toArray(String[]::new));
        names.setCreateSchemaStatements(
                Stream.of(messageTable(), acknowledgementTable(), lock)
                        .flatMap(List::stream)
                        .toArray(String[]::new));
        return names;
    }

    private List<String> messageTable() {
        String table = names.getFullMessageTableName();
        String body =
                names.isUseExternalMessageReferences()
                        ? names.getStringIdDataType()
                        : names.getBinaryDataType();
        return List.of(
                "CREATE TABLE %s (ID %s NOT NULL, CONTAINER %s NOT NULL, MSGID_PROD %s, MSGID_SEQ %s, EXPIRATION %s, MSG %s, PRIORITY %s, XID %s, PRIMARY KEY (ID))"
                        .formatted(
                                table,
                                names.getSequenceDataType(),
                                names.getContainerNameDataType(),
                                names.getMsgIdDataType(),
                                names.getSequenceDataType(),
                                names.getLongDataType(),
                                body,
                                names.getLongDataType(),
                                names.getStringIdDataType()),
                "CREATE INDEX %s_MIDX ON %s (MSGID_PROD, MSGID_SEQ)".formatted(table, table),
                "CREATE INDEX %s_CIDX ON %s (CONTAINER)".formatted(table, table),
                "CREATE INDEX %s_EIDX ON %s (EXPIRATION)".formatted(table, table),
                "CREATE INDEX %s_PIDX ON %s (PRIORITY)".formatted(table, table),
                "CREATE INDEX %s_XIDX ON %s (XID)".formatted(table, table),
                "CREATE INDEX %s_IIDX ON %s (ID ASC, XID, CONTAINER)".formatted(table, table));
    }

    private List<String> acknowledgementTable() {
        String table = names.getFullAckTableName();
        return List.of(
                "CREATE TABLE %s (CONTAINER %s NOT NULL, SUB_DEST %s, CLIENT_ID %s NOT NULL, SUB_NAME %s NOT NULL, SELECTOR %s, LAST_ACKED_ID %s, PRIORITY %s DEFAULT 5 NOT NULL, XID %s, PRIMARY KEY (CONTAINER, CLIENT_ID, SUB_NAME, PRIORITY))"
                        .formatted(
                                table,
                                names.getContainerNameDataType(),
                                names.getContainerNameDataType(),
                                names.getStringIdDataType(),
                                names.getStringIdDataType(),
                                names.getStringIdDataType(),
                                names.getSequenceDataType(),
                                names.getLongDataType(),
                                names.getStringIdDataType()),
                "CREATE INDEX %s_XIDX ON %s (XID)".formatted(table, table));
    }

    private List<String> lockTable() {
        String table = names.getFullLockTableName();
        return List.of(
                "CREATE TABLE %s (ID %s NOT NULL, TIME %s, BROKER_NAME %s, PRIMARY KEY (ID))"
                        .formatted(
                                table,
                                names.getLongDataType(),
                                names.getLongDataType(),
                                names.getStringIdDataType()),
                "INSERT INTO %s (ID) VALUES (1)".formatted(table));
    }
}
