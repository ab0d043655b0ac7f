package io.lockstep.tests.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results as a table for people and as JSON for programs. */
final class Report {
    private static final String HEADER =
            """
            workload             threads |  direct/s    p50 us    p99 us | %9s/s   p50 us    p99 us | ratio  (min-max)
            ---------------------------- | ----------------------------- | ----------------------------- | ------------------
            """;
    private static final String LINE =
            "%-20s %7d | %9.0f %9.0f %9.0f | %9.0f %9.0f %9.0f |  %4.2f  (%.2f-%.2f)%n";

    private Report() {}

    static String header(String comparedName) {
        return HEADER.formatted(comparedName);
    }

    static String line(CellResult cell) {
        Measurement direct = cell.direct();
        Measurement compared = cell.compared();
        return LINE.formatted(
                cell.workload().title(),
                cell.threads(),
                direct.perSecond(),
                direct.p50Micros(),
                direct.p99Micros(),
                compared.perSecond(),
                compared.p50Micros(),
                compared.p99Micros(),
                cell.medianRatio(),
                cell.smallestRatio(),
                cell.largestRatio());
    }

    static void writeJson(Path file, BenchmarkOptions options, List<CellResult> cells)
            throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("compared", options.against().name().toLowerCase(Locale.ROOT));
        root.put("rounds", options.rounds());
        root.put("secondsEach", options.seconds());
        root.put("processors", Runtime.getRuntime().availableProcessors());
        List<Object> results = new ArrayList<>();
        cells.forEach(cell -> results.add(json(cell)));
        root.put("cells", results);
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(file.toFile(), root);
    }

    private static Map<String, Object> json(CellResult cell) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("workload", cell.workload().option());
        map.put("threads", cell.threads());
        map.put("ratio", cell.medianRatio());
        map.put("ratioMin", cell.smallestRatio());
        map.put("ratioMax", cell.largestRatio());
        map.put("direct", cell.direct());
        map.put("compared", cell.compared());
        map.put("rounds", cell.rounds());
        return map;
    }
}
