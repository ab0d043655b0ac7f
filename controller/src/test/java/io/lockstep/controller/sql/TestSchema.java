package io.lockstep.controller.sql;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.catalogue.Catalogue.Code;
import io.lockstep.backends.catalogue.Catalogue.Column;
import io.lockstep.backends.catalogue.Catalogue.ForeignKey;
import io.lockstep.backends.catalogue.Catalogue.Identity;
import io.lockstep.backends.catalogue.Catalogue.Kind;
import io.lockstep.backends.catalogue.Catalogue.Routine;
import io.lockstep.backends.catalogue.Catalogue.Table;
import io.lockstep.backends.catalogue.Catalogue.Trigger;
import io.lockstep.backends.catalogue.Catalogue.UniqueIndex;
import io.lockstep.backends.catalogue.TableName;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables that the corpus talks about: the broker's, and a small shop. */
final class TestSchema {
    private static final String SCHEMA = "PUBLIC";

    private TestSchema() {}

    static Catalogue catalogue() {
        Map<TableName, Table> tables = new HashMap<>();
        for (Table table :
                List.of(
                        new Draw("ACTIVEMQ_MSGS")
                                .bigint("ID")
                                .text("CONTAINER", 250)
                                .text("MSGID_PROD", 250)
                                .bigint("MSGID_SEQ")
                                .bigint("EXPIRATION")
                                .blob("MSG")
                                .bigint("PRIORITY")
                                .text("XID", 250)
                                .key("ID")
                                .table(),
                        new Draw("ACTIVEMQ_ACKS")
                                .text("CONTAINER", 250)
                                .text("SUB_DEST", 250)
                                .text("CLIENT_ID", 250)
                                .text("SUB_NAME", 250)
                                .text("SELECTOR", 250)
                                .bigint("LAST_ACKED_ID")
                                .bigint("PRIORITY")
                                .text("XID", 250)
                                .key("CONTAINER", "CLIENT_ID", "SUB_NAME", "PRIORITY")
                                .table(),
                        new Draw("ACTIVEMQ_LOCK")
                                .bigint("ID")
                                .bigint("TIME")
                                .text("BROKER_NAME", 250)
                                .key("ID")
                                .table(),
                        new Draw("CUSTOMER")
                                .bigint("ID")
                                .text("EMAIL", 100)
                                .text("NAME", 100)
                                .decimal("BALANCE")
                                .timestamp("CREATED", "CURRENT_TIMESTAMP")
                                .key("ID")
                                .unique("CUSTOMER_EMAIL", "EMAIL")
                                .table(),
                        new Draw("ORDERS")
                                .identity("ID")
                                .bigint("CUSTOMER_ID")
                                .decimal("TOTAL")
                                .text("NOTE", 500)
                                .key("ID")
                                .reference("CUSTOMER_ID", "CUSTOMER", "ID", false)
                                .table(),
                        new Draw("ORDER_LINE")
                                .bigint("ORDER_ID")
                                .bigint("LINE_NO")
                                .text("ITEM", 50)
                                .key("ORDER_ID", "LINE_NO")
                                .reference("ORDER_ID", "ORDERS", "ID", true)
                                .table(),
                        new Draw("AUDITED").bigint("ID").text("V", 20).key("ID").triggers().table(),
                        new Draw("TOKEN")
                                .uuid("ID", "gen_random_uuid()")
                                .text("V", 20)
                                .key("ID")
                                .table(),
                        new Draw("QUEUE")
                                .bigint("ID")
                                .text("STATE", 20)
                                .timestamp("TAKEN", null)
                                .key("ID")
                                .table(),
                        new Draw("COUNTER").text("NAME", 40).bigint("N").key("NAME").table(),
                        new Draw("PLAIN").bigint("A").bigint("B").table(),
                        new Draw("SERIAL_LOG")
                                .bigint("ID", "nextval('serial_log_id_seq'::regclass)")
                                .text("MESSAGE", 99)
                                .key("ID")
                                .table(),
                        new Draw("BADGE").always("ID").text("HOLDER", 40).key("ID").table(),
                        new Draw("STAMPED")
                                .bigint("ID")
                                .timestamp("AT_UTC", "(now() AT TIME ZONE 'utc')")
                                .key("ID")
                                .table(),
                        new Draw("TOUCHED")
                                .bigint("ID")
                                .text("V", 20)
                                .timestamp(
                                        "AT", "current_timestamp() on update current_timestamp()")
                                .key("ID")
                                .table(),
                        new Draw("PARTIAL_UNIQUE")
                                .bigint("ID")
                                .text("CODE", 10)
                                .key("ID")
                                .expression("CODE_LOWER")
                                .table(),
                        new Draw("STAMPER")
                                .bigint("ID")
                                .timestamp("SEEN", null)
                                .key("ID")
                                .triggers()
                                .table(),
                        new Draw("MODIFIED")
                                .bigint("ID")
                                .timestamp("CHANGED", null)
                                .key("ID")
                                .triggers()
                                .table(),
                        new Draw("JOURNAL")
                                .bigint("ID")
                                .timestamp("AT", "CURRENT_TIMESTAMP")
                                .key("ID")
                                .table(),
                        new Draw("LOGGED").bigint("ID").text("V", 20).key("ID").triggers().table(),
                        new Draw("CRATE").bigint("ID").text("V", 20).key("ID").table(),
                        new Draw("CRATED")
                                .bigint("ID")
                                .bigint("CRATE_ID")
                                .key("ID")
                                .reference("CRATE_ID", "CRATE", "ID", true)
                                .triggers()
                                .table(),
                        new Draw("V_CUSTOMER").bigint("ID").text("NAME", 100).view(),
                        new Draw("V_NUMBERED").bigint("ID").bigint("N").view(),
                        new Draw("V_DEEP").bigint("N").view(),
                        new Draw("V_TODAY").bigint("ID").view())) {
            tables.put(table.name(), table);
        }
        return new Catalogue(
                SCHEMA,
                tables,
                Set.of("order_seq", "serial_log_id_seq"),
                Set.of(),
                Set.of("order_seq", "serial_log_id_seq"),
                routines(
                        new Routine("touch", false, false, false),
                        new Routine("net_price", false, true, false),
                        new Routine("next_order", false, true, false),
                        new Routine("age_now", false, true, false),
                        new Routine("clean_up", true, false, false),
                        new Routine("stamp_all", true, false, false),
                        new Routine("report", true, true, false),
                        new Routine("tidy", true, false, false),
                        new Routine("tidy_all", true, false, false),
                        new Routine("half_way", true, true, false),
                        new Routine("add_user", false, false, false),
                        new Routine("digest", false, false, false),
                        new Routine("crypt", false, false, false),
                        new Routine("gen_salt", false, false, true),
                        new Routine("uuid_generate_v4", false, false, true),
                        new Routine("moddatetime", false, false, true),
                        new Routine("salted", false, false, false),
                        new Routine("busy", false, true, false),
                        new Routine("known_type", false, true, false),
                        new Routine("tenant", false, true, false),
                        new Routine("queue_size", false, true, false),
                        new Routine("twice_queue_size", false, true, false),
                        new Routine("note_down", false, false, false)),
                Map.of(),
                code());
    }

    private static Map<String, Routine> routines(Routine... routines) {
        Map<String, Routine> byName = new HashMap<>();
        for (Routine routine : routines) {
            byName.put(routine.name(), routine);
        }
        return byName;
    }

    /** What the views, functions, types and triggers run. */
    private static Code code() {
        return new Code(
                Map.ofEntries(
                        code("v_customer", "SELECT id, name FROM customer"),
                        code("v_numbered", "SELECT id, nextval('order_seq') AS n FROM customer"),
                        code("v_deep", "SELECT n FROM v_numbered"),
                        code("v_today", "SELECT id FROM customer WHERE created > CURRENT_DATE"),
                        code("net_price", "SELECT $1 * 0.8"),
                        code("next_order", "SELECT nextval('order_seq')"),
                        code("age_now", "SELECT now() - $1"),
                        code("stamp_all", "BEGIN UPDATE customer SET created = now(); END"),
                        code("positive", "CHECK (touch(VALUE) > 0)"),
                        code(
                                "tidy",
                                "BEGIN DELETE FROM queue; IF ROW_COUNT() > 9 THEN ROLLBACK TO SAVEPOINT a; END IF; CREATE TEMPORARY TABLE t (n INT); SET @n = TRUNCATE(1.5, 0); END"),
                        code(
                                "tidy_all",
                                "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK; CALL tidy; END"),
                        code("half_way", "BEGIN DELETE FROM queue; TRUNCATE TABLE queue; END"),
                        code("deep", "BEGIN CALL half_way; END"),
                        code("dynamic", "BEGIN EXECUTE IMMEDIATE CONCAT('DELETE FROM ', t); END"),
                        code("abroad", "BEGIN CALL other.clean_up(); END"),
                        code("add_user", "BEGIN INSERT INTO plain VALUES ($1, $2); END"),
                        code("salted", "SELECT crypt($1, gen_salt('bf'))"),
                        code("busy", "SELECT count(*) AS n FROM pg_stat_activity"),
                        code("known_type", "SELECT count(*) AS n FROM pg_catalog.pg_type"),
                        code("tenant", "SELECT current_setting('app.tenant')"),
                        code("queue_size", "SELECT count(*) FROM queue"),
                        code("twice_queue_size", "SELECT 2 * queue_size()"),
                        code("note_down", "BEGIN INSERT INTO journal (id) VALUES ($1); END"),
                        code(Code.REFRESH + "m_early", "SELECT id FROM queue LIMIT 5"),
                        code(Code.REFRESH + "m_queue", "SELECT id FROM queue"),
                        code("<~>", "touch(1)")),
                Map.of(
                        new TableName(SCHEMA, "STAMPER"),
                        List.of(
                                new Trigger(
                                        Set.of("UPDATE"),
                                        "BEGIN NEW.seen = CURRENT_TIMESTAMP; RETURN NEW; END"),
                                new Trigger(Set.of("DELETE"), "BEGIN PERFORM random(); END")),
                        new TableName(SCHEMA, "LOGGED"),
                        List.of(
                                new Trigger(
                                        Set.of("INSERT"),
                                        "BEGIN INSERT INTO journal (id) VALUES (NEW.id); END"),
                                new Trigger(
                                        Set.of("UPDATE"),
                                        "BEGIN INSERT INTO journal SELECT NEW.id, NULL; RETURN NEW; END"),
                                new Trigger(
                                        Set.of("DELETE"),
                                        "BEGIN INSERT INTO journal VALUES (OLD.id, DEFAULT); END")),
                        new TableName(SCHEMA, "CRATED"),
                        List.of(
                                new Trigger(
                                        Set.of("DELETE"),
                                        "BEGIN DELETE FROM stamper WHERE id = OLD.id; END")),
                        new TableName(SCHEMA, "MODIFIED"),
                        List.of(new Trigger(Set.of("UPDATE"), "moddatetime()"))));
    }

    private static Map.Entry<String, List<String>> code(String name, String text) {
        return Map.entry(name, List.of(text));
    }

    private static final class Draw {
        private final String name;
        private final List<Column> columns = new ArrayList<>();
        private final List<UniqueIndex> indexes = new ArrayList<>();
        private final List<ForeignKey> references = new ArrayList<>();
        private boolean triggers;

        Draw(String name) {
            this.name = name;
        }

        private Draw column(String column, int type, String typeName, int size, String standard) {
            return column(column, type, typeName, size, standard, Identity.NONE);
        }

        private Draw column(
                String column, int type, String typeName, int size, String standard, Identity by) {
            int scale = type == Types.DECIMAL ? 2 : type == Types.TIMESTAMP ? 6 : 0;
            columns.add(
                    new Column(
                            column, type, typeName, size, scale, true, standard, by, false, true));
            return this;
        }

        Draw bigint(String column) {
            return bigint(column, null);
        }

        Draw bigint(String column, String standard) {
            return column(column, Types.BIGINT, "BIGINT", 19, standard);
        }

        Draw identity(String column) {
            return column(column, Types.BIGINT, "BIGINT", 19, null, Identity.BY_DEFAULT);
        }

        Draw always(String column) {
            return column(column, Types.BIGINT, "BIGINT", 19, null, Identity.ALWAYS);
        }

        Draw text(String column, int size) {
            return column(column, Types.VARCHAR, "VARCHAR", size, null);
        }

        Draw decimal(String column) {
            return column(column, Types.DECIMAL, "DECIMAL", 10, null);
        }

        Draw timestamp(String column, String standard) {
            return column(column, Types.TIMESTAMP, "TIMESTAMP", 26, standard);
        }

        Draw uuid(String column, String standard) {
            return column(column, Types.OTHER, "uuid", 36, standard);
        }

        Draw blob(String column) {
            return column(column, Types.BLOB, "BLOB", Integer.MAX_VALUE, null);
        }

        Draw key(String... keyColumns) {
            indexes.add(new UniqueIndex(name + "_PK", true, List.of(keyColumns), true));
            return this;
        }

        Draw unique(String index, String... indexColumns) {
            indexes.add(new UniqueIndex(index, false, List.of(indexColumns), true));
            return this;
        }

        Draw expression(String index) {
            indexes.add(new UniqueIndex(index, false, List.of(), false));
            return this;
        }

        Draw reference(String column, String parent, String parentColumn, boolean cascades) {
            references.add(
                    new ForeignKey(
                            name + "_" + parent,
                            List.of(column),
                            new TableName(SCHEMA, parent),
                            List.of(parentColumn),
                            cascades));
            return this;
        }

        Draw triggers() {
            triggers = true;
            return this;
        }

        Table table() {
            return of(Kind.TABLE);
        }

        Table view() {
            return of(Kind.VIEW);
        }

        private Table of(Kind kind) {
            return new Table(
                    new TableName(SCHEMA, name),
                    kind,
                    columns,
                    indexes,
                    references,
                    triggers,
                    true);
        }
    }
}
