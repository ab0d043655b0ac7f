package io.lockstep.cli.sql;

import io.lockstep.cli.output.Format;
import io.lockstep.cli.output.TextTable;
import io.lockstep.cli.output.TextTable.Cell;
import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Results as tables. A large one is printed in pages of rows, each with its own widths, so that it
 * never has to be in memory whole.
 */
public final class TableResultPrinter implements ResultPrinter {
    private static final int PAGE_ROWS = 1000;

    /** Longer values are cut; JSON output has them whole. */
    private static final int CELL_MAX = 200;

    private final PrintWriter out;
    private final boolean colours;

    public TableResultPrinter(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    @Override
    public void print(ResultSet rows, List<Integer> columns) throws SQLException {
        ResultSetMetaData metaData = rows.getMetaData();
        List<String> headers = new ArrayList<>();
        for (int column : columns) {
            headers.add(metaData.getColumnLabel(column));
        }
        long count = 0;
        TextTable page = new TextTable(headers);
        while (rows.next()) {
            page.row(cells(rows, metaData, columns));
            if (++count % PAGE_ROWS == 0) {
                page.print(out, colours);
                page = new TextTable(headers);
            }
        }
        if (count == 0 || count % PAGE_ROWS != 0) {
            page.print(out, colours);
        }
        out.println("(" + Format.count(count, "row") + ")");
    }

    private static List<Cell> cells(
            ResultSet rows, ResultSetMetaData metaData, List<Integer> columns) throws SQLException {
        List<Cell> cells = new ArrayList<>();
        for (int column : columns) {
            String text = Values.text(rows, column, metaData.getColumnType(column));
            Cell cell = Cell.text(text == null ? "NULL" : cut(text));
            cells.add(Values.isNumeric(metaData, column) ? cell.rightAligned() : cell);
        }
        return cells;
    }

    private static String cut(String text) {
        return text.length() <= CELL_MAX ? text : text.substring(0, CELL_MAX) + "...";
    }

    @Override
    public void count(long rows) {
        out.println("(" + Format.count(rows, "row") + " changed)");
    }

    @Override
    public void done() {
        out.println("done");
    }

    @Override
    public void flush() {
        out.flush();
    }
}
