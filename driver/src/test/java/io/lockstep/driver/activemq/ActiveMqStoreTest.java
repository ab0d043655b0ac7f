package io.lockstep.driver.activemq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.activemq.store.jdbc.JDBCAdapter;
import org.apache.activemq.store.jdbc.JDBCPersistenceAdapter;
import org.apache.activemq.store.jdbc.Statements;
import org.junit.jupiter.api.Test;

class ActiveMqStoreTest {
    private static final String SERVICES = "META-INF/services/org/apache/activemq/store/jdbc/";

    @Test
    void theResourcesAreWhereActiveMqLooksForThemAndNameLoadableClasses() throws Exception {
        String key =
                "Lockstep JDBC Driver".replaceAll("[^a-zA-Z0-9\\-]", "_").toLowerCase(Locale.ROOT);
        assertThat(instanceNamedBy(SERVICES + key)).isInstanceOf(LockstepJdbcAdapter.class);
        assertThat(instanceNamedBy(SERVICES + "lock/" + key))
                .isInstanceOf(LockstepLeaseLocker.class);
    }

    private static Object instanceNamedBy(String resource)
            throws IOException, ReflectiveOperationException {
        try (InputStream in =
                ActiveMqStoreTest.class.getClassLoader().getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            String line = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(line).startsWith("class=");
            return Class.forName(line.substring("class=".length()))
                    .getDeclaredConstructor()
                    .newInstance();
        }
    }

    @Test
    void theSchemaIsFinalAfterOnePassOfPlainStatements() {
        Statements statements = new Statements();
        statements.setTablePrefix("B1_");
        new LockstepJdbcAdapter().setStatements(statements);
        List<String> schema = List.of(statements.getCreateSchemaStatements());

        assertThat(schema)
                .allMatch(sql -> sql.startsWith("CREATE ") || sql.startsWith("INSERT "))
                .endsWith(statements.getCreateLockSchemaStatements());
        assertThat(schema.get(0)).contains("MSG BLOB", "PRIORITY BIGINT", "XID VARCHAR(250)");
        assertThat(schema)
                .anyMatch(
                        sql ->
                                sql.startsWith("CREATE TABLE B1_ACTIVEMQ_ACKS")
                                        && sql.contains(
                                                "PRIMARY KEY (CONTAINER, CLIENT_ID, SUB_NAME, PRIORITY)"));
        assertThat(schema.get(schema.size() - 1))
                .isEqualTo("INSERT INTO B1_ACTIVEMQ_LOCK (ID) VALUES (1)");
    }

    @Test
    void everyIndexOfTheStockSchemaExistsUnderTheSameName() {
        Statements stock = new Statements();
        Statements ours = new Statements();
        new LockstepJdbcAdapter().setStatements(ours);
        assertThat(indexNames(ours)).containsExactlyInAnyOrderElementsOf(indexNames(stock));
    }

    private static List<String> indexNames(Statements statements) {
        return Stream.of(statements.getCreateSchemaStatements())
                .filter(sql -> sql.startsWith("CREATE INDEX"))
                .map(sql -> sql.split(" ", -1)[2])
                .toList();
    }

    @Test
    void theLockStatementLocksOneRow() {
        Statements statements = new Statements();
        new LockstepJdbcAdapter().setStatements(statements);
        assertThat(statements.getLockCreateStatement())
                .isEqualTo("SELECT * FROM ACTIVEMQ_LOCK WHERE ID = 1 FOR UPDATE");
    }

    @Test
    void pagesAreLimitedInStandardSql() {
        JDBCAdapter adapter = new LockstepJdbcAdapter();
        adapter.setMaxRows(400);
        assertThat(adapter.limitQuery("SELECT ID FROM T ORDER BY ID"))
                .isEqualTo("SELECT ID FROM T ORDER BY ID FETCH FIRST 400 ROWS ONLY");
    }

    @Test
    void externalReferencesMakeTheBodyColumnText() {
        LockstepJdbcAdapter adapter = new LockstepJdbcAdapter();
        adapter.setStatements(new Statements());
        adapter.setUseExternalMessageReferences(true);
        assertThat(adapter.getStatements().getCreateSchemaStatements()[0])
                .contains("MSG VARCHAR(250)");
    }

    @Test
    void theLeaseOutlivesTwoLateRenewals() throws Exception {
        JDBCPersistenceAdapter store = new JDBCPersistenceAdapter();
        LockstepLeaseLocker locker = new LockstepLeaseLocker();
        locker.setLockable(store);
        locker.chooseKeepAlivePeriod();
        assertThat(locker.getLockAcquireSleepInterval()).isEqualTo(15_000);
        assertThat(store.getLockKeepAlivePeriod()).isEqualTo(5_000);
    }

    @Test
    void aConfiguredRenewalPeriodIsKept() throws Exception {
        JDBCPersistenceAdapter store = new JDBCPersistenceAdapter();
        store.setLockKeepAlivePeriod(2_000);
        LockstepLeaseLocker locker = new LockstepLeaseLocker();
        locker.setLockable(store);
        locker.chooseKeepAlivePeriod();
        assertThat(store.getLockKeepAlivePeriod()).isEqualTo(2_000);
    }

    @Test
    void aShorterLeaseIsRenewedThreeTimes() throws Exception {
        JDBCPersistenceAdapter store = new JDBCPersistenceAdapter();
        LockstepLeaseLocker locker = new LockstepLeaseLocker();
        locker.setLockAcquireSleepInterval(6_000);
        locker.setLockable(store);
        locker.chooseKeepAlivePeriod();
        assertThat(store.getLockKeepAlivePeriod()).isEqualTo(2_000);
    }
}
