package io.lockstep.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns padded to their widest cell, two spaces apart, numbers to the right. Nothing is cut: what
 * is printed can be fed to other tools.
 */
public final class TextTable {
    private static final String GAP = "  ";

    private final List<String> headers;
    private final List<List<Cell>> rows = new ArrayList<>();

    /**
     * One value.
     *
     * @param style how it looks on a terminal
     */
    public record Cell(String text, boolean alignRight, Style style) {
        public static Cell text(String text) {
            return new Cell(oneLine(text), false, Style.PLAIN);
        }

        public static Cell number(long number) {
            return new Cell(Long.toString(number), true, Style.PLAIN);
        }

        public Cell styled(Style look) {
            return new Cell(text, alignRight, look);
        }

        public Cell rightAligned() {
            return new Cell(text, true, style);
        }
    }

    public TextTable(String... headers) {
        this.headers = List.of(headers);
    }

    public TextTable(List<String> headers) {
        this.headers = List.copyOf(headers);
    }

    public TextTable row(Cell... cells) {
        return row(List.of(cells));
    }

    public TextTable row(List<Cell> cells) {
        if (cells.size() != headers.size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells under " + headers.size() + " headers");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    public void print(PrintWriter out, boolean colours) {
        int[] widths = new int[headers.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = width(headers.get(i));
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], width(row.get(i).text));
            }
        }
        List<Cell> titles = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            titles.add(new Cell(headers.get(i), isNumeric(i), Style.HEADER));
        }
        line(out, titles, widths, colours);
        rows.forEach(row -> line(out, row, widths, colours));
    }

    private boolean isNumeric(int column) {
        return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).alignRight);
    }

    private static void line(PrintWriter out, List<Cell> cells, int[] widths, boolean colours) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            Cell cell = cells.get(i);
            String padding = " ".repeat(widths[i] - width(cell.text));
            String shown = colours ? cell.style.apply(cell.text) : cell.text;
            line.append(i == 0 ? "" : GAP)
                    .append(cell.alignRight ? padding + shown : shown + padding);
        }
        out.println(line.toString().stripTrailing());
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String oneLine(String text) {
        return text == null ? "" : text.replaceAll("\\s*\\R\\s*", " ").replace('\t', ' ');
    }
}
