package io.lockstep.tests.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients neither see Lockstep's own tables nor get at them. */
class OwnTablesTest {
    private static List<String> names(ResultSet result, String column) throws SQLException {
        try (result) {
            List<String> names = new ArrayList<>();
            while (result.next()) {
                names.add(result.getString(column).toLowerCase(Locale.ROOT));
            }
            return names;
        }
    }

    private static String column(Engine engine) {
        return engine == Engine.MARIADB ? "TABLE_CAT" : "TABLE_SCHEM";
    }

    private static ResultSet schemas(Engine engine, DatabaseMetaData metaData) throws SQLException {
        return engine == Engine.MARIADB ? metaData.getCatalogs() : metaData.getSchemas();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void theyAreHiddenAndUntouchable(Engine engine) throws Exception {
        try (TestedDatabase database = TestedDatabase.over(engine);
                Connection connection = database.connect();
                Connection direct = database.backend(0).connect()) {
            database.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            assertThat(names(schemas(engine, direct.getMetaData()), column(engine)))
                    .as("or there would be nothing to hide")
                    .contains("lockstep");

            DatabaseMetaData metaData = connection.getMetaData();
            assertThat(names(schemas(engine, metaData), column(engine)))
                    .isNotEmpty()
                    .doesNotContain("lockstep");
            assertThat(names(metaData.getTables(null, null, "%", null), "TABLE_NAME"))
                    .contains("t")
                    .noneMatch(name -> name.startsWith("marker_") || name.startsWith("fence"));
            assertThat(names(metaData.getColumns(null, null, "%", "%"), "TABLE_NAME"))
                    .contains("t")
                    .noneMatch(name -> name.startsWith("marker_") || name.startsWith("fence"));

            for (String text :
                    List.of(
                            "DELETE FROM lockstep.watermark",
                            "UPDATE Lockstep.fence SET epoch = 0",
                            "DROP SCHEMA lockstep")) {
                assertThatThrownBy(() -> database.execute(text))
                        .as(text)
                        .hasMessageContaining("lockstep belongs to Lockstep");
            }
        }
    }
}
