package io.lockstep.cli.sql;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/**
 * One JSON document a line and result: an array of objects, or {@code {"updateCount": n}}. Columns
 * of the same name are told apart by a number.
 */
public final class JsonResultPrinter implements ResultPrinter {
    private final PrintWriter out;
    private final JsonFactory factory = new JsonFactory();

    public JsonResultPrinter(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void print(ResultSet rows, List<Integer> columns) throws SQLException {
        ResultSetMetaData metaData = rows.getMetaData();
        List<String> names = names(metaData, columns);
        try (JsonGenerator json = generator()) {
            json.writeStartArray();
            while (rows.next()) {
                json.writeStartObject();
                for (int i = 0; i < names.size(); i++) {
                    json.writeFieldName(names.get(i));
                    write(json, rows, metaData, columns.get(i));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println();
    }

    private static void write(
            JsonGenerator json, ResultSet rows, ResultSetMetaData columns, int column)
            throws SQLException, IOException {
        int type = columns.getColumnType(column);
        String text = Values.text(rows, column, type);
        if (text == null) {
            json.writeNull();
        } else if (type == Types.BOOLEAN || type == Types.BIT) {
            json.writeBoolean(rows.getBoolean(column));
        } else if (Values.isNumeric(columns, column) && text.matches("-?\\d+(\\.\\d+)?")) {
            json.writeNumber(text); // as it is written: no digit is lost
        } else {
            json.writeString(text);
        }
    }

    private static List<String> names(ResultSetMetaData metaData, List<Integer> columns)
            throws SQLException {
        List<String> names = new ArrayList<>();
        for (int column : columns) {
            String label = metaData.getColumnLabel(column);
            String name = label;
            for (int n = 2; names.contains(name); n++) {
                name = label + "_" + n;
            }
            names.add(name);
        }
        return names;
    }

    @Override
    public void count(long rows) {
        try (JsonGenerator json = generator()) {
            json.writeStartObject();
            json.writeNumberField("updateCount", rows);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println();
    }

    private JsonGenerator generator() throws IOException {
        return factory.createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    }

    @Override
    public void done() {
        count(0);
    }

    @Override
    public void flush() {
        out.flush();
    }
}
