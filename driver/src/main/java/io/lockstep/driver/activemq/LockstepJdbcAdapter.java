package io.lockstep.driver.activemq;

import java.util.Objects;
import org.apache.activemq.store.jdbc.Statements;
import org.apache.activemq.store.jdbc.adapter.BytesJDBCAdapter;

/**
 * ActiveMQ's message store in SQL that every backend of a virtual database understands alike.
 *
 * <p>Differences from the stock default adapter, each with its reason:
 *
 * <ul>
 *   <li>The tables are created in their final form. The stock list creates an older form and alters
 *       it; some of its steps succeed on one engine and fail on another, and it drops and adds a
 *       primary key at every start, on tables in use.
 *   <li>The body column is a {@code BLOB}, which the controller maps to each engine's type for
 *       large binary values (BYTEA, LONGBLOB ...).
 *   <li>Pages are limited with {@code FETCH FIRST n ROWS ONLY}, so that no backend sorts or sends
 *       the whole backlog of a queue for one page.
 *   <li>The lock statement names its row: {@code SELECT ... WHERE ID = 1 FOR UPDATE} locks one key,
 *       not the table.
 * </ul>
 *
 * <p>The table and index names are those of the stock adapter, so a store created by that one is
 * used as it is.
 */
public class LockstepJdbcAdapter extends BytesJDBCAdapter {
    /** Made by ActiveMQ by name. */
    public LockstepJdbcAdapter() {}

    @Override
    public void setStatements(Statements statements) {
        statements.setBinaryDataType("BLOB");
        statements.setUseLockCreateWhereClause(true);
        super.setStatements(new PortableSchema(statements).applied());
    }

    @Override
    public String limitQuery(String query) {
        return query + " FETCH FIRST " + getMaxRows() + " ROWS ONLY";
    }

    /**
     * Also chooses the type of the body column, which holds a reference then; ActiveMQ calls it
     * after {@link #setStatements}.
     */
    @Override
    public void setUseExternalMessageReferences(boolean useExternalMessageReferences) {
        super.setUseExternalMessageReferences(useExternalMessageReferences);
        new PortableSchema(Objects.requireNonNull(getStatements(), "statements")).applied();
    }
}
