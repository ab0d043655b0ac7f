package io.lockstep.backends.dialect;

import io.lockstep.backends.FailureClass;
import io.lockstep.backends.catalogue.Catalogue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One database engine's ways. Stateless, thread-safe. */
public interface Dialect {
    /** {@code postgresql}, {@code mariadb}, {@code h2} or {@code derby}. */
    String name();

    /** How texts of this engine are to be cut into tokens. */
    LexicalRules lexicalRules();

    /**
     * What an exception of this engine's driver means; looks at causes and next exceptions too.
     * Never throws.
     */
    FailureClass classify(SQLException failure);

    /**
     * Statements that set up every new physical connection: lock wait limit, no server-side idle or
     * statement limits, durable commits.
     */
    List<String> sessionSetup(Duration lockWait);

    /**
     * Why the URL must not be used for a backend (H2 without {@code WRITE_DELAY=0}, pgjdbc's {@code
     * preferQueryMode=simple} ...), or an empty list.
     */
    List<String> urlProblems(String url);

    /**
     * Portable type name in upper case (words separated by one space) to this engine's own, for
     * DDL.
     */
    Map<String, String> portableTypes();

    /** DDL ends the open transaction by itself. */
    boolean ddlCommitsImplicitly();

    /** After a failed statement the transaction can only be rolled back. */
    boolean failureDoomsTransaction();

    /** An IN list over the primary key locks just the rows named. */
    boolean inListPins();

    /** The {@code TRANSACTION_*} level that this engine gives when asked for {@code requested}. */
    int effectiveIsolation(int requested);

    /** Rows can be streamed only inside a transaction. */
    boolean streamingNeedsTransaction();

    /**
     * The fetch size to set so that about {@code rows} are fetched at a time and never the whole
     * result.
     */
    int streamingFetchSize(int rows);

    /** Reads the catalogue of the connection's database, without system schemas. */
    Catalogue readCatalogue(Connection connection) throws SQLException;

    /** Lexical differences that matter for finding tokens. */
    record LexicalRules(
            boolean dollarQuotes,
            boolean backslashEscapes,
            boolean doubleQuoteIsString,
            boolean backtickQuotes,
            boolean hashComments,
            boolean nestedComments,
            boolean executableComments) {}
}
