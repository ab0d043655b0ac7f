package io.lockstep.tests.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.tests.harness.controller.TestedDatabase;
import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * PostgreSQL says of each of its functions whether it gives the same for the same input. Of those
 * that do not always, a write stores no result, but for the ones listed here with a reason.
 */
class BuiltInFunctionsTest {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    /**
     * Depend on settings of the session alone (time zone, date style, locale, text search), which
     * are the same on all databases.
     */
    private static final String BY_SETTINGS =
            """
            age array_to_json array_to_string concat concat_ws convert convert_from convert_to date
            date_add date_part date_subtract date_trunc extract format generate_series
            json_build_array json_build_object json_populate_record json_populate_recordset
            json_to_record json_to_recordset json_to_tsvector jsonb_build_array jsonb_build_object
            jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_array_tz
            jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record
            jsonb_populate_record_valid jsonb_populate_recordset jsonb_to_record jsonb_to_recordset
            jsonb_to_tsvector length make_timestamptz money numeric overlaps pg_input_is_valid
            phraseto_tsquery plainto_tsquery quote_literal quote_nullable row_to_json time timestamp
            timestamptz timetz timezone to_char to_date to_json to_jsonb to_number to_timestamp to_tsquery
            to_tsvector ts_headline ts_parse ts_token_type websearch_to_tsquery xml
            xml_is_well_formed
            """;

    /** Tell of the schema, in names, texts and truth values: it is the same on all databases. */
    private static final String BY_SCHEMA =
            """
            col_description enum_first enum_last enum_range format_type obj_description
            oidvectortypes pg_basetype pg_collation_for pg_collation_is_visible
            pg_column_is_updatable pg_conversion_is_visible pg_encoding_to_char
            pg_function_is_visible pg_get_constraintdef pg_get_expr pg_get_function_arg_default
            pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result
            pg_get_function_sqlbody pg_get_functiondef pg_get_indexdef
            pg_get_partition_constraintdef pg_get_partkeydef pg_get_replica_identity_index
            pg_get_ruledef pg_get_serial_sequence pg_get_statisticsobjdef
            pg_get_statisticsobjdef_columns pg_get_statisticsobjdef_expressions pg_get_triggerdef
            pg_get_viewdef pg_index_column_has_property pg_index_has_property
            pg_indexam_has_property pg_opclass_is_visible pg_operator_is_visible
            pg_opfamily_is_visible pg_relation_is_publishable pg_relation_is_updatable
            pg_statistics_obj_is_visible pg_table_is_visible pg_ts_config_is_visible
            pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible
            pg_type_is_visible pg_typeof row_security_active shobj_description to_regclass
            to_regcollation to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure
            to_regrole to_regtype to_regtypemod
            """;

    /** Rights of the one user that all of Lockstep's connections to a database have. */
    private static final String BY_RIGHTS =
            """
            has_any_column_privilege has_column_privilege has_database_privilege
            has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege
            has_largeobject_privilege has_parameter_privilege has_schema_privilege
            has_sequence_privilege has_server_privilege has_table_privilege
            has_tablespace_privilege has_type_privilege pg_has_role
            """;

    /**
     * Give nothing (notices and locks), hang on the statement alone (depth of triggers), are
     * decided by the controller (sequences), or cannot be called (what TABLESAMPLE names).
     */
    private static final String OTHERS =
            """
            bernoulli nextval pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_notify
            pg_trigger_depth setseed setval system
            """;

    private static final Set<String> STORABLE =
            Stream.of(BY_SETTINGS, BY_SCHEMA, BY_RIGHTS, OTHERS)
                    .flatMap(WHITE_SPACE::splitAsStream)
                    .collect(Collectors.toUnmodifiableSet());

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void noWriteStoresWhatPostgresCallsStableOrVolatile() throws SQLException {
        TestedDatabase.requireController();
        try (TestedDatabase tested = TestedDatabase.over(Engine.POSTGRESQL)) {
            tested.execute("CREATE TABLE probe (id INT NOT NULL PRIMARY KEY)");
            Explainer explainer = new Explainer(tested.controller());
            List<String> changing = changing(tested);
            assertThat(changing).hasSizeGreaterThan(400);
            Set<String> stored = new TreeSet<>();
            for (String function : changing) {
                for (String arguments : List.of("", "1, 2")) {
                    String sql =
                            "INSERT INTO probe (id) VALUES (%s(%s))".formatted(function, arguments);
                    Explainer.Explanation explanation = explainer.explain(sql);
                    boolean fine =
                            explanation.kind().equals("REFUSED")
                                    || explanation.whole().contains("decided once");
                    if (!fine) {
                        stored.add(function);
                    }
                }
            }
            assertThat(stored).isSubsetOf(STORABLE);
        }
    }

    /** Of several functions with one name, one is enough. */
    private static List<String> changing(TestedDatabase tested) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection connection = tested.backend(0).connect();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT DISTINCT proname FROM pg_catalog.pg_proc WHERE pronamespace ="
                                        + " 'pg_catalog'::regnamespace AND provolatile <> 'i'"
                                        + " ORDER BY proname")) {
            while (row.next()) {
                names.add(row.getString(1));
            }
        }
        return names;
    }
}
