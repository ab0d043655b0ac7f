package io.lockstep.cli.sql;

import java.sql.ResultSet;
import java.sql.SQLException;

/** How results are shown. */
public interface ResultPrinter {
    /** Reads all rows. */
    void print(ResultSet rows) throws SQLException;

    void count(long rows);

    /** A statement without a result of its own is done. */
    void done();

    void flush();
}
