package io.lockstep.controller.sql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The engines' own functions by what calling them does. A name that is not here is unknown, which
 * makes the statement an ordered write: so a name may only be entered as {@link Effect#PURE} if it
 * changes nothing on any engine that has it.
 */
final class Functions {
    enum Effect {
        /** Changes nothing, and gives the same everywhere for the same input. */
        PURE,
        /** Not a function although a bracket follows: keyword or type name. */
        SYNTAX,
        CLOCK,
        UUID,
        RANDOM,
        /** Takes or sets a sequence value. */
        SEQUENCE,
        /** Tells what this connection did before: wrong on any other connection. */
        SESSION_VALUE,
        /** Changes the connection it runs on for whoever uses that connection next. */
        SESSION_STATE,
        /** Tells something about the server or connection: harmless to read, never to store. */
        ENVIRONMENT,
        /** Aggregate whose result depends on the order of rows unless it says ORDER BY. */
        ORDERED_AGGREGATE,
        UNKNOWN
    }

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final Map<String, Effect> EFFECTS = new HashMap<>();

    private static final String SYNTAX =
            """
            all and any array as asc between by case check collate conflict cross cube cursor desc
            distinct do else end except exists fetch filter first for foreign from full group
            grouping having ignore ilike in index inner intersect into is join key keys lateral
            like limit materialized matched minus natural next not nothing of offset on
            only or order outer over partition primary range recursive references returning rollup
            row rows select set sets similar some table then union unique update using value values
            when where window with within qualify
            bigint binary bit bool boolean bytea char character clob blob datetime dec
            decimal double float int int2 int4 int8 integer interval long mediumint mediumtext
            national nchar number numeric nvarchar precision real signed smallint text timestamp
            timestamptz tinyint unsigned varbinary varchar varchar2 varying without zone
            """;

    private static final String PURE =
            """
            abs acos acosh ascii asin asinh atan atan2 atanh bit_length bitand bitor bitxor bitnot
            bitget btrim cardinality cast cbrt ceil ceiling char_length character_length chr
            coalesce concat concat_ws conv convert convert_tz cos cosh cot crc32 decode degrees
            encode exp factorial field find_in_set floor format gcd get_byte get_bit greatest
            hash hex if ifnull initcap instr isnull lcase lcm least left length ln
            locate log log10 log2 lower lpad ltrim md5 mid min_scale mod nullif nvl nvl2
            octet_length ord overlay pi position pow power quote quote_ident
            quote_literal quote_nullable radians rawtohex regexp_count regexp_instr regexp_like
            regexp_match regexp_matches regexp_replace regexp_split_to_array
            regexp_split_to_table regexp_substr repeat replace reverse right round rpad rtrim
            scale set_byte set_bit sha sha1 sha2 sha224 sha256 sha384 sha512 sign sin sinh
            soundex difference space split_part sqrt starts_with stringdecode stringencode
            stringtoutf8 utf8tostring strcmp strpos substr substring substring_index tan tanh
            to_ascii to_base64 from_base64 to_bin to_char to_date to_hex to_number to_timestamp
            translate trim trim_array trim_scale trunc truncate ucase unhex unistr unicode upper
            uncompress compress bin oct elt make_set export_set char char_to_int inet_aton
            inet_ntoa inet6_aton inet6_ntoa hextoraw xmlattr xmlcdata xmlcomment xmlnode
            width_bucket num_nonnulls num_nulls isempty lower_inc upper_inc lower_inf upper_inf
            bigint integer smallint double float char varchar date time timestamp year month day
            hour minute second date_part date_trunc date_bin extract justify_days
            justify_hours justify_interval make_date make_interval make_time make_timestamp
            make_timestamptz isfinite add_months last_day months_between dateadd datediff
            date_add date_sub adddate subdate addtime subtime timediff timestampadd timestampdiff
            timestamp_add date_format str_to_date time_format time_to_sec sec_to_time to_days
            to_seconds from_days from_unixtime makedate maketime dayname dayofmonth dayofweek
            dayofyear monthname quarter week weekday weekofyear yearweek iso_day_of_week iso_week
            iso_year iso_week_year formatdatetime parsedatetime microsecond get_format
            array_append array_cat array_contains array_dims array_fill array_get array_length
            array_lower array_max array_min array_ndims array_position array_positions
            array_prepend array_remove array_replace array_slice array_sort array_to_string
            array_upper string_to_array unnest generate_series generate_subscripts system_range
            json_array json_array_append json_array_insert json_compact json_contains
            json_contains_path json_depth json_detailed json_equals json_exists json_extract
            json_insert json_keys json_length json_loose json_merge json_merge_patch
            json_merge_preserve json_normalize json_object json_object_keys json_overlaps
            json_query json_quote json_remove json_replace json_search json_set json_table
            json_type json_unquote json_valid json_value json_build_array json_build_object
            json_each json_each_text json_array_elements json_array_elements_text
            json_array_length json_extract_path json_extract_path_text json_populate_record
            json_strip_nulls json_to_record json_typeof jsonb_array_elements
            jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object
            jsonb_each jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert
            jsonb_object jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query
            jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set
            jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json to_json
            to_jsonb array_to_json
            to_tsquery to_tsvector plainto_tsquery phraseto_tsquery websearch_to_tsquery
            ts_headline ts_rank ts_rank_cd setweight strip numnode querytree match
            any_value avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
            cume_dist dense_rank every first_value grouping histogram lag last_value lead max
            median min mode nth_value ntile percent_rank percentile_cont percentile_disc rank
            regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
            regr_syy row_number std stddev stddev_pop stddev_samp sum var_pop var_samp variance
            range_agg envelope
            int4range int8range numrange tsrange tstzrange daterange host hostmask masklen
            netmask network broadcast abbrev family area center diameter height width box circle
            line lseg path point polygon st_distance st_within st_contains st_intersects
            st_astext st_asbinary st_geomfromtext st_makepoint st_x st_y st_srid
            charset coercibility collation pg_typeof format_type pg_column_size
            pg_get_constraintdef pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_keywords
            pg_get_ruledef pg_get_serial_sequence pg_get_triggerdef pg_get_userbyid
            pg_get_viewdef pg_table_is_visible pg_type_is_visible pg_function_is_visible
            pg_encoding_to_char to_regclass to_regtype to_regproc to_regnamespace
            has_table_privilege has_schema_privilege has_column_privilege
            has_database_privilege obj_description col_description shobj_description
            current_setting pg_is_in_recovery pg_total_relation_size pg_relation_size
            pg_table_size pg_indexes_size pg_database_size pg_size_pretty

            """;

    private static final String CLOCK =
            """
            current_timestamp current_date current_time localtime localtimestamp now curdate
            curtime sysdate systimestamp today utc_timestamp utc_date utc_time clock_timestamp
            statement_timestamp transaction_timestamp unix_timestamp getdate
            """;

    private static final String ENVIRONMENT =
            """
            connection_id pg_backend_pid session_id inet_client_addr inet_client_port
            inet_server_addr inet_server_port version h2version database database_path schema
            current_schema current_schemas current_database current_catalog user system_user
            session_user current_user current_role txid_current_if_assigned
            pg_current_snapshot pg_postmaster_start_time pg_conf_load_time lock_mode lock_timeout
            memory_free memory_used autocommit readonly truncate_value timeofday pg_sleep sleep
            found_rows row_count rownum transaction_id uuid_short txid_current
            txid_current_snapshot txid_snapshot_xmin txid_snapshot_xmax pg_current_xact_id
            pg_current_xact_id_if_assigned pg_current_wal_lsn pg_current_wal_insert_lsn
            pg_current_wal_flush_lsn pg_last_wal_receive_lsn pg_last_wal_replay_lsn
            pg_walfile_name pg_my_temp_schema pg_control_system
            """;

    static {
        enter(SYNTAX, Effect.SYNTAX);
        enter(PURE, Effect.PURE);
        enter(CLOCK, Effect.CLOCK);
        enter(ENVIRONMENT, Effect.ENVIRONMENT);
        enter("uuid gen_random_uuid random_uuid uuid_generate_v4 uuid_generate_v1", Effect.UUID);
        enter("uuidv4 uuidv7 sys_guid uuid_v4 uuid_v7", Effect.UUID);
        enter("rand random random_bytes gen_random_bytes secure_rand", Effect.RANDOM);
        enter("nextval setval next_value_for", Effect.SEQUENCE);
        enter("currval lastval last_insert_id identity scope_identity", Effect.SESSION_VALUE);
        enter("identity_val_local", Effect.SESSION_VALUE);
        enter("set_config pg_advisory_lock pg_advisory_lock_shared", Effect.SESSION_STATE);
        enter("pg_try_advisory_lock pg_try_advisory_lock_shared", Effect.SESSION_STATE);
        enter("pg_advisory_unlock pg_advisory_unlock_shared", Effect.SESSION_STATE);
        enter("pg_advisory_unlock_all get_lock release_lock", Effect.SESSION_STATE);
        enter("release_all_locks", Effect.SESSION_STATE);
        enter("array_agg string_agg listagg group_concat json_agg", Effect.ORDERED_AGGREGATE);
        enter("jsonb_agg json_object_agg jsonb_object_agg xmlagg", Effect.ORDERED_AGGREGATE);
        enter("json_arrayagg json_objectagg", Effect.ORDERED_AGGREGATE);
    }

    private Functions() {}

    private static void enter(String names, Effect effect) {
        names.strip()
                .transform(WHITE_SPACE::splitAsStream)
                .forEach(name -> EFFECTS.put(name, effect));
    }

    /** What calling the function of this name does, in any case. */
    static Effect of(String name) {
        return EFFECTS.getOrDefault(name.toLowerCase(Locale.ROOT), Effect.UNKNOWN);
    }
}
