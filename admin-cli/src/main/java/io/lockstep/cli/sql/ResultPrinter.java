package io.lockstep.cli.sql;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;

/** How results are shown. */
public interface ResultPrinter {
    /** Reads all rows. */
    default void print(ResultSet rows) throws SQLException {
        ResultSetMetaData metaData = rows.getMetaData();
        print(rows, IntStream.rangeClosed(1, metaData.getColumnCount()).boxed().toList());
    }

    /** Reads all rows and shows the named columns of them, counted from 1. */
    void print(ResultSet rows, List<Integer> columns) throws SQLException;

    void count(long rows);

    /** A statement without a result of its own is done. */
    void done();

    void flush();
}
