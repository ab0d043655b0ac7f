package io.lockstep.controller.session;

/**
 * What a client is told of the databases behind its session.
 *
 * @param productName database product name of the backends
 * @param productVersion its version
 * @param isolation default transaction isolation, as in java.sql.Connection
 * @param schema current schema, null if there is none
 * @param catalog current catalog, null if there is none
 * @param ddlCommits whether DDL commits the open transaction before it is carried out
 */
public record Greeting(
        String productName,
        String productVersion,
        int isolation,
        String schema,
        String catalog,
        boolean ddlCommits) {}
