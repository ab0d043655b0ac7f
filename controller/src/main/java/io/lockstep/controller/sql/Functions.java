package io.lockstep.controller.sql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The engines' own functions by what calling them does. A name that is not here is unknown: it may
 * change anything, so a query that calls it is an ordered write, and it may give another value on
 * each database, so no write stores its result. A name may only be entered as {@link Effect#PURE}
 * if it changes nothing and gives the same everywhere, on every engine that has it. What PostgreSQL
 * itself says of its functions is compared with these lists by a test on a real server.
 */
final class Functions {
    enum Effect {
        /**
         * Changes nothing, and gives the same everywhere for the same input: the same settings of
         * the session and the same objects in the catalogue are part of that.
         */
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
        /** Changes something, alike on each database, and gives nothing that could be stored. */
        CHANGE,
        UNKNOWN
    }

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final Map<String, Effect> EFFECTS = new HashMap<>();

    /** PostgreSQL's statistics, and what it reads of its own files. */
    private static final Pattern OF_SERVER = Pattern.compile("pg_(stat_get|ls|read)_\\w+");

    /**
     * Not among {@link Effect#SYNTAX}, because an engine that does not have the word may have a
     * function of that name.
     */
    private static final Set<String> KEYWORDS =
            Set.of(
                    """
                    after against alias asymmetric at before bernoulli binary both column columns constraint
                    current default delayed delete distinctrow div each escape exclude force
                    fulltext high_priority ignored insert instead like low_priority leading
                    loop nested none null off option ordinality out overlaps overriding passing path period
                    placing quick regexp rlike separator sounds straight_join symmetric
                    system system_time temp to top trailing unbounded user variadic versioning work xor
                    zone
                    """
                            .strip()
                            .split("\\s+"));

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
            abs acos acosh ascii asin asinh atan atan2 atanh bit_length bitand bitor bitxor
            bitnot bitget btrim cardinality cast cbrt ceil ceiling char_length character_length
            chr coalesce concat concat_ws conv convert convert_tz cos cosh cot crc32 decode
            degrees encode exp factorial field find_in_set floor format gcd get_byte get_bit
            greatest hash hex if ifnull initcap instr isnull lcase lcm least left length ln
            locate log log10 log2 lower lpad ltrim md5 mid min_scale mod nullif nvl nvl2
            octet_length ord overlay pi position pow power quote quote_ident quote_literal
            quote_nullable radians rawtohex regexp_count regexp_instr regexp_like regexp_match
            regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
            regexp_substr repeat replace reverse right round rpad rtrim scale set_byte set_bit
            sha sha1 sha2 sha224 sha256 sha384 sha512 sign sin sinh soundex difference space
            split_part sqrt starts_with stringdecode stringencode stringtoutf8 utf8tostring
            strcmp strpos substr substring substring_index tan tanh to_ascii to_base64
            from_base64 to_bin to_char to_date to_hex to_number to_timestamp translate trim
            trim_array trim_scale trunc truncate ucase unhex unistr unicode upper uncompress
            compress bin oct elt make_set export_set char char_to_int inet_aton inet_ntoa
            inet6_aton inet6_ntoa hextoraw xmlattr xmlcdata xmlcomment xmlnode width_bucket
            num_nonnulls num_nulls isempty lower_inc upper_inc lower_inf upper_inf bigint
            integer smallint double float char varchar date time timestamp year month day hour
            minute second date_part date_trunc date_bin extract justify_days justify_hours
            justify_interval make_date make_interval make_time make_timestamp make_timestamptz
            isfinite add_months last_day months_between dateadd datediff date_add date_sub
            adddate subdate addtime subtime timediff timestampadd timestampdiff timestamp_add
            date_format str_to_date time_format time_to_sec sec_to_time to_days to_seconds
            from_days from_unixtime makedate maketime dayname dayofmonth dayofweek dayofyear
            monthname quarter week weekday weekofyear yearweek iso_day_of_week iso_week iso_year
            iso_week_year formatdatetime parsedatetime microsecond get_format array_append
            array_cat array_contains array_dims array_fill array_get array_length array_lower
            array_max array_min array_ndims array_position array_positions array_prepend
            array_remove array_replace array_slice array_sort array_to_string array_upper
            string_to_array unnest generate_series generate_subscripts system_range json_array
            json_array_append json_array_insert json_compact json_contains json_contains_path
            json_depth json_detailed json_equals json_exists json_extract json_insert json_keys
            json_length json_loose json_merge json_merge_patch json_merge_preserve
            json_normalize json_object json_object_keys json_overlaps json_query json_quote
            json_remove json_replace json_search json_set json_table json_type json_unquote
            json_valid json_value json_build_array json_build_object json_each json_each_text
            json_array_elements json_array_elements_text json_array_length json_extract_path
            json_extract_path_text json_populate_record json_strip_nulls json_to_record
            json_typeof jsonb_array_elements jsonb_array_elements_text jsonb_array_length
            jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
            jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_keys
            jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
            jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls jsonb_to_record
            jsonb_to_recordset jsonb_typeof row_to_json to_json to_jsonb array_to_json
            to_tsquery to_tsvector plainto_tsquery phraseto_tsquery websearch_to_tsquery
            ts_headline ts_rank ts_rank_cd setweight strip numnode querytree match avg bit_and
            bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp cume_dist dense_rank
            every first_value grouping histogram lag last_value lead max median min nth_value
            ntile percent_rank percentile_cont percentile_disc rank regr_avgx regr_avgy
            regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_number
            std stddev stddev_pop stddev_samp sum var_pop var_samp variance range_agg envelope
            int4range int8range numrange tsrange tstzrange daterange host hostmask masklen
            netmask network broadcast abbrev family area center diameter height width box circle
            line lseg path point polygon st_distance st_within st_contains st_intersects
            st_astext st_asbinary st_geomfromtext st_makepoint st_x st_y st_srid charset
            coercibility collation pg_typeof format_type pg_get_constraintdef pg_get_expr
            pg_get_functiondef pg_get_indexdef pg_get_ruledef pg_get_serial_sequence
            pg_get_triggerdef pg_get_viewdef pg_table_is_visible pg_type_is_visible
            pg_function_is_visible pg_encoding_to_char to_regclass to_regtype to_regproc
            to_regnamespace has_table_privilege has_schema_privilege has_column_privilege
            has_database_privilege obj_description col_description shobj_description
            pg_size_pretty age acosd asind atan2d atand cosd cotd sind tand array_reverse
            array_max_cardinality array_to_tsvector bit_count bpchar casefold cidr crc32c
            datemultirange diagonal div erf erfc float4 float8 gamma int4multirange
            int8multirange is_normalized isclosed ishorizontal isopen isparallel isperp
            isvertical jsonb_set_lax lgamma macaddr macaddr8 macaddr8_set7bit multirange
            normalize npoints nummultirange parse_ident pg_lsn pg_partition_root pg_size_bytes
            pg_wal_lsn_diff radius range_intersect_agg set_masklen slope string_to_table to_oct
            ts_delete ts_filter ts_lexize tsmultirange tstzmultirange tsvector_to_array
            unicode_assigned uuid_extract_timestamp uuid_extract_version varbit
            xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document xmlexists
            xmltext xmlvalidate xpath xpath_exists convert_from convert_to date_subtract
            enum_first enum_last enum_range json_populate_recordset json_to_recordset
            json_to_tsvector jsonb_path_exists_tz jsonb_path_match_tz jsonb_path_query_array_tz
            jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record
            jsonb_populate_record_valid jsonb_populate_recordset jsonb_to_tsvector money
            overlaps pg_input_is_valid pg_trigger_depth timetz timezone xml ts_parse
            ts_token_type json json_scalar json_serialize merge_action treat xmlconcat
            xmlelement xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
            xmlattributes aes_decrypt aes_encrypt column_add column_check column_create
            column_delete column_exists column_get column_json column_list decode_histogram
            decode_oracle  extractvalue is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6
            json_pretty json_schema_valid json_array_intersect json_key_value
            json_object_filter_keys json_object_to_array kdf lengthb lpad_oracle ltrim_oracle
            name_const natural_sort_key old_password password period_add period_diff
            replace_oracle rpad_oracle rtrim_oracle sformat substr_oracle trim_oracle
            uncompressed_length updatexml weight_string vec_distance vec_distance_euclidean
            vec_distance_cosine vec_fromtext vec_totext format_pico_time bitcount bitnand bitnor
            bitxnor bit_and_agg bit_or_agg bit_xor_agg bit_nand_agg bit_nor_agg bit_xnor_agg
            bit_nand bit_nor bit_xnor casewhen charindex data_type_sql day_of_month day_of_week
            day_of_year decrypt estimated_envelope expand gcd_agg lcm_agg len lshift ora_hash
            ratio_to_report rotateleft rotateright roundmagic rshift stddevp table_distinct
            to_timestamp_tz truncate_value ulshift urshift varp var xmlstartdoc zero mbrcontains
            mbrdisjoint mbrequal mbrequals mbrintersects mbroverlaps mbrtouches mbrwithin
            st_area st_asgeojson st_aswkb st_aswkt st_boundary st_buffer st_centroid
            st_convexhull st_crosses st_difference st_dimension st_disjoint st_distance_sphere
            st_endpoint st_envelope st_equals st_exteriorring st_geomcollfromtext
            st_geomcollfromwkb st_geometrycollectionfromtext st_geometrycollectionfromwkb
            st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype
            st_geomfromgeojson st_geomfromwkb st_interiorringn st_intersection st_isclosed
            st_isempty st_isring st_issimple st_length st_linefromtext st_linefromwkb
            st_linestringfromtext st_linestringfromwkb st_mlinefromtext st_mlinefromwkb
            st_mpointfromtext st_mpointfromwkb st_mpolyfromtext st_mpolyfromwkb
            st_multilinestringfromtext st_multilinestringfromwkb st_multipointfromtext
            st_multipointfromwkb st_multipolygonfromtext st_multipolygonfromwkb st_numgeometries
            st_numinteriorrings st_numpoints st_overlaps st_pointfromtext st_pointfromwkb
            st_pointn st_pointonsurface st_polyfromtext st_polyfromwkb st_polygonfromtext
            st_polygonfromwkb st_relate st_startpoint st_symdifference st_touches st_union
            linestring multilinestring multipoint multipolygon geometrycollection geometry
            format_bytes pg_basetype pg_collation_for pg_collation_is_visible
            pg_column_is_updatable pg_conversion_is_visible pg_get_function_arg_default
            pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result
            pg_get_function_sqlbody pg_get_partition_constraintdef pg_get_partkeydef
            pg_get_replica_identity_index pg_get_statisticsobjdef
            pg_get_statisticsobjdef_columns pg_get_statisticsobjdef_expressions pg_has_role
            pg_index_column_has_property pg_index_has_property pg_indexam_has_property
            pg_opclass_is_visible pg_operator_is_visible pg_opfamily_is_visible
            pg_relation_is_publishable pg_relation_is_updatable pg_statistics_obj_is_visible
            pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
            pg_ts_template_is_visible row_security_active to_regcollation to_regoper
            to_regoperator to_regprocedure to_regrole to_regtypemod has_any_column_privilege
            has_foreign_data_wrapper_privilege has_function_privilege has_language_privilege
            has_largeobject_privilege has_parameter_privilege has_sequence_privilege
            has_server_privilege has_tablespace_privilege has_type_privilege oidvectortypes
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
            session_user current_user current_role txid_current_if_assigned pg_current_snapshot
            pg_postmaster_start_time pg_conf_load_time lock_mode lock_timeout memory_free
            memory_used autocommit readonly timeofday pg_sleep sleep found_rows row_count rownum
            transaction_id uuid_short txid_current txid_current_snapshot txid_snapshot_xmin
            txid_snapshot_xmax pg_current_xact_id pg_current_xact_id_if_assigned
            pg_current_wal_lsn pg_current_wal_insert_lsn pg_current_wal_flush_lsn
            pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_walfile_name pg_my_temp_schema
            pg_control_system random_normal array_sample array_shuffle current_query
            current_setting pg_is_in_recovery pg_total_relation_size pg_relation_size
            pg_table_size pg_indexes_size pg_database_size pg_tablespace_size pg_column_size
            pg_column_compression pg_column_toast_chunk_id pg_get_keywords pg_get_userbyid
            pg_available_extension_versions pg_available_extensions pg_available_wal_summaries
            pg_blocking_pids pg_char_to_encoding pg_client_encoding pg_collation_actual_version
            pg_config pg_control_checkpoint pg_control_init pg_control_recovery
            pg_current_logfile pg_cursor pg_database_collation_actual_version
            pg_extension_update_paths pg_filenode_relation pg_get_acl pg_get_aios
            pg_get_backend_memory_contexts pg_get_catalog_foreign_keys pg_get_loaded_modules
            pg_get_multixact_members pg_get_publication_tables pg_get_replication_slots
            pg_get_sequence_data pg_get_shmem_allocations pg_get_shmem_allocations_numa
            pg_get_wait_events pg_get_wal_replay_pause_state pg_get_wal_resource_managers
            pg_get_wal_summarizer_state pg_hba_file_rules pg_ident_file_mappings
            pg_is_other_temp_schema pg_is_wal_replay_paused pg_isolation_test_session_is_blocked
            pg_jit_available pg_last_committed_xact pg_last_xact_replay_timestamp
            pg_listening_channels pg_lock_status pg_notification_queue_usage pg_numa_available
            pg_partition_ancestors pg_partition_tree pg_prepared_statement pg_prepared_xact
            pg_relation_filenode pg_relation_filepath pg_replication_origin_oid
            pg_replication_origin_progress pg_replication_origin_session_is_setup
            pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_sequence_parameters
            pg_settings_get_flags pg_show_all_file_settings pg_show_all_settings
            pg_show_replication_origin_status pg_sleep_for pg_sleep_until pg_stat_file
            pg_stat_have_stats pg_tablespace_databases pg_tablespace_location
            pg_timezone_abbrevs_abbrevs pg_timezone_abbrevs_zone pg_timezone_names
            pg_wal_summary_contents pg_xact_commit_timestamp pg_xact_commit_timestamp_origin
            pg_xact_status txid_status getdatabaseencoding getpgusername get_current_ts_config
            mxid_age pg_visible_in_snapshot txid_visible_in_snapshot pg_snapshot_xip
            pg_snapshot_xmin pg_snapshot_xmax txid_snapshot_xip icu_unicode_version
            unicode_version pg_describe_object pg_identify_object pg_identify_object_as_address
            pg_get_object_address pg_options_to_table pg_input_error_info pg_split_walfile_name
            pg_walfile_name_offset aclexplode acldefault load_file encrypt des_encrypt des_decrypt
            is_free_lock is_used_lock binlog_gtid_pos master_gtid_wait master_pos_wait
            wsrep_last_seen_gtid wsrep_last_written_gtid wsrep_sync_wait_upto_gtid trt_trx_id
            trt_commit_id trt_iso_level trt_trx_sees trt_trx_sees_eq file_read csvread
            disk_space_used db_object_id db_object_size db_object_total_size
            db_object_approximate_size db_object_approximate_total_size db_object_sql currtid2
            syscs_get_database_property syscs_get_runtimestatistics syscs_get_user_access
            syscs_get_xplain_mode syscs_get_xplain_schema syscs_get_database_name
            syscs_peek_at_sequence syscs_peek_at_identity
            """;

    static {
        enter(SYNTAX, Effect.SYNTAX);
        enter(PURE, Effect.PURE);
        enter(CLOCK, Effect.CLOCK);
        enter(ENVIRONMENT, Effect.ENVIRONMENT);
        enter("uuid gen_random_uuid random_uuid uuid_generate_v4 uuid_generate_v1", Effect.UUID);
        enter("uuidv4 uuidv7 sys_guid uuid_v4 uuid_v7 newid newsequentialid", Effect.UUID);
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
        enter("json_arrayagg json_objectagg any_value mode stats_mode", Effect.ORDERED_AGGREGATE);
        enter("json_agg_strict json_object_agg_strict", Effect.ORDERED_AGGREGATE);
        enter("json_object_agg_unique json_object_agg_unique_strict", Effect.ORDERED_AGGREGATE);
        enter("jsonb_agg_strict jsonb_object_agg_strict", Effect.ORDERED_AGGREGATE);
        enter("jsonb_object_agg_unique jsonb_object_agg_unique_strict", Effect.ORDERED_AGGREGATE);
        enter("pg_notify pg_advisory_xact_lock pg_advisory_xact_lock_shared", Effect.CHANGE);
        enter("setseed", Effect.CHANGE);
    }

    private Functions() {}

    private static void enter(String names, Effect effect) {
        names.strip()
                .transform(WHITE_SPACE::splitAsStream)
                .forEach(name -> EFFECTS.put(name, effect));
    }

    /** What calling the function of this name does, in any case. */
    static Effect of(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        Effect known = EFFECTS.get(lowerCase);
        if (known != null) {
            return known;
        }
        return OF_SERVER.matcher(lowerCase).matches() ? Effect.ENVIRONMENT : Effect.UNKNOWN;
    }

    /** A word of some engine that may stand before a bracket and is no function. */
    static boolean isKeyword(String name) {
        return KEYWORDS.contains(name.toLowerCase(Locale.ROOT));
    }
}
