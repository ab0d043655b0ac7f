package io.lockstep.backends.dialect;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Gathers what a catalogue says about some objects, in no order, and makes a fingerprint of it. */
final class LookOfObjects {
    /** In a query: the names asked for, as parameters. */
    static final String NAMES = "{names}";

    private static final int FINGERPRINT_BYTES = 16;

    private final Connection connection;
    private final List<String> names;
    private final List<String> lines = new ArrayList<>();

    /**
     * @param names in lower case
     */
    LookOfObjects(Connection connection, Collection<String> names) {
        this.connection = connection;
        this.names = List.copyOf(names);
    }

    /**
     * Adds every row of a query as it is.
     *
     * @param query with {@link #NAMES} once or more often
     * @param passedOver columns that change without DDL, in upper case
     */
    void add(String query, Set<String> passedOver) throws SQLException {
        String marks = "(" + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
        try (PreparedStatement statement =
                connection.prepareStatement(query.replace(NAMES, marks))) {
            int times = (query.length() - query.replace(NAMES, "").length()) / NAMES.length();
            for (int i = 0; i < times * names.size(); i++) {
                statement.setString(i + 1, names.get(i % names.size()));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    add(line(row, passedOver));
                }
            }
        }
    }

    void add(String line) {
        lines.add(line);
    }

    private static String line(ResultSet row, Set<String> passedOver) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = columns.getColumnLabel(i).toUpperCase(Locale.ROOT);
            if (!passedOver.contains(name)) {
                line.append(name).append('=').append(row.getString(i)).append('\n');
            }
        }
        return line.toString();
    }

    /** Of everything added so far. */
    String fingerprint() {
        Collections.sort(lines);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String line : lines) {
                digest.update(line.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
