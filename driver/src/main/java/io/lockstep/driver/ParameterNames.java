package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The indexes of a call's parameters by the names that the routine declares, as the backends'
 * metadata tells them. Upper and lower case do not matter.
 */
final class ParameterNames {
    private final String routine;
    private final Map<String, Integer> indexes;

    private ParameterNames(String routine, Map<String, Integer> indexes) {
        this.routine = routine;
        this.indexes = indexes;
    }

    /**
     * Asks the backends; one or two round trips.
     *
     * @throws SQLException 0A000 if the text is no plain call, or there are several routines of its
     *     name whose parameters differ
     */
    static ParameterNames of(String sql, DatabaseMetaData metaData) throws SQLException {
        CallText call =
                CallText.of(sql)
                        .orElseThrow(
                                () ->
                                        Failures.unsupported(
                                                "A parameter by name (instead of by index) in a text that is no plain call"));
        List<String> declared = declared(call, metaData);
        Map<String, Integer> indexes = new HashMap<>();
        for (int i = 0; i < Math.min(declared.size(), call.markers().size()); i++) {
            if (call.markers().get(i) > 0) {
                indexes.put(folded(declared.get(i)), call.markers().get(i));
            }
        }
        return new ParameterNames(call.name(), indexes);
    }

    /** Names in the order of the arguments. */
    private static List<String> declared(CallText call, DatabaseMetaData metaData)
            throws SQLException {
        Map<String, List<String>> routines = new HashMap<>();
        String pattern = pattern(call, metaData);
        try (ResultSet columns = metaData.getProcedureColumns(null, null, pattern, null)) {
            collect(routines, columns, call, "PROCEDURE");
        }
        if (routines.isEmpty()) {
            try (ResultSet columns = metaData.getFunctionColumns(null, null, pattern, null)) {
                collect(routines, columns, call, "FUNCTION");
            }
        }
        List<List<String>> different = routines.values().stream().distinct().toList();
        if (different.size() != 1) {
            throw Failures.unsupported(
                    "A parameter by name (instead of by index) of %s, %s,"
                            .formatted(
                                    call.name(),
                                    different.isEmpty()
                                            ? "of which the backends tell no parameters"
                                            : "of which there are several with different parameters"));
        }
        return different.get(0);
    }

    /** The name as the engine keeps it; what else the pattern finds is sorted out later. */
    private static String pattern(CallText call, DatabaseMetaData metaData) throws SQLException {
        if (!call.quoted() && metaData.storesUpperCaseIdentifiers()) {
            return call.name().toUpperCase(Locale.ROOT);
        }
        return !call.quoted() && metaData.storesLowerCaseIdentifiers()
                ? call.name().toLowerCase(Locale.ROOT)
                : call.name();
    }

    private static void collect(
            Map<String, List<String>> routines, ResultSet columns, CallText call, String kind)
            throws SQLException {
        while (columns.next()) {
            boolean wanted =
                    call.name().equalsIgnoreCase(columns.getString(kind + "_NAME"))
                            && (call.schema() == null || inSchema(columns, call, kind));
            int type = columns.getInt("COLUMN_TYPE");
            boolean argument =
                    kind.equals("PROCEDURE")
                            ? type == DatabaseMetaData.procedureColumnIn
                                    || type == DatabaseMetaData.procedureColumnInOut
                                    || type == DatabaseMetaData.procedureColumnOut
                            : type == DatabaseMetaData.functionColumnIn
                                    || type == DatabaseMetaData.functionColumnInOut
                                    || type == DatabaseMetaData.functionColumnOut;
            if (wanted && argument) {
                String specific =
                        columns.getString(kind + "_CAT")
                                + "."
                                + columns.getString(kind + "_SCHEM")
                                + "."
                                + columns.getString("SPECIFIC_NAME");
                routines.computeIfAbsent(specific, s -> new ArrayList<>())
                        .add(columns.getString("COLUMN_NAME"));
            }
        }
    }

    /** MariaDB calls its schemas catalogs. */
    private static boolean inSchema(ResultSet columns, CallText call, String kind)
            throws SQLException {
        return call.schema().equalsIgnoreCase(columns.getString(kind + "_SCHEM"))
                || call.schema().equalsIgnoreCase(columns.getString(kind + "_CAT"));
    }

    private static String folded(String name) {
        return String.valueOf(name).toLowerCase(Locale.ROOT);
    }

    int indexOf(String name) throws SQLException {
        Integer index = indexes.get(folded(name));
        if (index == null) {
            throw Failures.invalidArgument(
                    "%s has no parameter %s that stands for a '?' of its own in this call"
                            .formatted(routine, name));
        }
        return index;
    }
}
