package io.lockstep.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** One of everything, for tests. */
final class Messages {
    private Messages() {}

    static final List<Object> VALUES =
            Arrays.asList(
                    null,
                    true,
                    false,
                    (byte) -7,
                    (short) -300,
                    Integer.MIN_VALUE,
                    Long.MAX_VALUE,
                    1.5f,
                    Double.MIN_VALUE,
                    new BigDecimal("-123456789012345678901234567890.0123456789"),
                    new BigDecimal(BigInteger.TEN, -30),
                    "",
                    "plain",
                    "Größe \uD83D\uDE00 \uFFFD " + "ß".repeat(300),
                    LocalDate.of(-4712, 1, 1),
                    LocalDate.MAX,
                    LocalTime.of(23, 59, 59, 999_999_999),
                    OffsetTime.of(1, 2, 3, 4, ZoneOffset.ofHoursMinutes(-3, -30)),
                    LocalDateTime.of(2026, 11, 23, 8, 0, 0, 123_456_789),
                    OffsetDateTime.of(1900, 1, 1, 0, 0, 0, 1, ZoneOffset.ofTotalSeconds(1172)),
                    UUID.fromString("01234567-89ab-cdef-0123-456789abcdef"),
                    new ArrayValue(
                            "int4",
                            4,
                            Arrays.asList(1, null, new ArrayValue("int4", 4, List.of(2, 3)))),
                    new OtherValue("json", "{\"a\": \"ä\"}"),
                    new TypedNull(2004),
                    new OutParameter(12, -1, false, null),
                    new OutParameter(3, 2, true, BigDecimal.ONE));

    static final RowDescription DESCRIPTION =
            new RowDescription(
                    List.of(
                            new ColumnDescription(
                                    "id",
                                    "ID",
                                    "orders",
                                    "public",
                                    "shop",
                                    4,
                                    "int4",
                                    "java.lang.Integer",
                                    10,
                                    0,
                                    11,
                                    0,
                                    true,
                                    true,
                                    false,
                                    true,
                                    false,
                                    false,
                                    true),
                            ColumnDescription.computed(
                                    "VALUE", 12, "VARCHAR", "java.lang.String")));

    static final RowSet ROW_SET =
            new RowSet(
                    7,
                    false,
                    DESCRIPTION,
                    RowBlock.of(2, List.of(List.of(1, "a"), Arrays.asList(2, null))));

    static final ExecuteOptions OPTIONS =
            new ExecuteOptions(
                    -1, ExecuteOptions.ROWS_EXPECTED | ExecuteOptions.HOLD_CURSOR, 100, 10, 5000);

    static List<Request> requests() {
        List<Request> all = new ArrayList<>();
        all.add(
                new Request.Hello(
                        Protocol.MAGIC, 1, 65535, 5, "shop", "app", "test", "n,,n=app,r=x"));
        all.add(new Request.ScramFinal("c=biws,r=x,p=y"));
        all.add(new Request.Cancel(-1, Long.MIN_VALUE));
        all.add(new Request.Terminate());
        all.add(new Request.Ping());
        all.add(new Request.Prepare(1, "select 1", GeneratedKeys.NONE));
        all.add(
                new Request.Prepare(
                        2, "insert ...", GeneratedKeys.columns(List.of("id", "größe"))));
        all.add(new Request.Execute(1, OPTIONS, VALUES));
        all.add(new Request.ExecuteDirect(OPTIONS, "select ?", GeneratedKeys.ALL, List.of("x")));
        all.add(
                new Request.Batch(
                        9, 77, true, 0, List.of(List.of(1, "a"), Arrays.asList(2, null))));
        all.add(new Request.Batch(9, 77, false, 0, List.of(List.of(), List.of())));
        all.add(new Request.BatchDirect(3, true, 9, List.of("delete from a", "delete from b")));
        all.add(new Request.Describe(3));
        all.add(new Request.Fetch(7, 128));
        all.add(new Request.CloseCursor(7));
        all.add(new Request.CloseStatement(1));
        all.add(new Request.Commit(4));
        all.add(new Request.Rollback(5));
        all.add(new Request.Savepoint(6, "s1"));
        all.add(new Request.ReleaseSavepoint("s1"));
        all.add(new Request.RollbackToSavepoint("s1"));
        all.add(new Request.SetOptions(true, 2, false, null, "shop"));
        all.add(
                new Request.Metadata(
                        "getTables",
                        Arrays.asList(
                                null,
                                "public",
                                "%",
                                new ArrayValue("VARCHAR", 12, List.of("TABLE")))));
        all.add(new Request.MetadataValues());
        all.add(new Request.Outcome(new TransactionId(5, -2)));
        return all;
    }

    static List<Response> responses() {
        List<Response> all = new ArrayList<>();
        TransactionStatus idle = TransactionStatus.IDLE;
        TransactionStatus open = TransactionStatus.IN_TRANSACTION;
        ErrorDetail error = new ErrorDetail("23505", 1062, "Duplicate entry 'ä'");
        all.add(new Response.Challenge("r=x,s=y,i=4096"));
        all.add(
                new Response.Welcome(
                        2, 0, 5, 6, "v=x", "0.1", "PostgreSQL", "18.6", 2, "public", null, true));
        all.add(new Response.Pong(idle));
        all.add(new Response.Done(open));
        all.add(new Response.Failed(TransactionStatus.DOOMED, false, error));
        all.add(
                new Response.Failed(
                        idle, true, error, List.of(error, error), UpdateCounts.of(1, -2), 2));
        all.add(new Response.RowsDescribed(open, true, true, ROW_SET));
        all.add(
                new Response.RowsDescribed(
                        idle, false, false, RowSet.complete(RowDescription.EMPTY, RowBlock.EMPTY)));
        all.add(new Response.Rows(open, false, false, new RowSet(0, true, null, ROW_SET.rows())));
        all.add(new Response.UpdateCount(idle, false, Long.MAX_VALUE, null));
        all.add(new Response.UpdateCount(idle, true, 3, ROW_SET));
        all.add(new Response.BatchCounts(idle, false, UpdateCounts.of(1, 2, 3), null));
        all.add(new Response.BatchCounts(open, true, UpdateCounts.EMPTY, ROW_SET));
        all.add(
                new Response.Description(
                        open,
                        List.of(
                                new ParameterDescription(
                                        4, "int4", "java.lang.Integer", 10, 0, 2, 1, true)),
                        DESCRIPTION));
        all.add(new Response.Description(open, List.of(), null));
        all.add(new Response.OutcomeIs(idle, TransactionOutcome.ROLLED_BACK, null));
        all.add(
                new Response.OutcomeIs(
                        idle, TransactionOutcome.COMMITTED, UpdateCounts.of(1, -2, 1L << 40)));
        return all;
    }
}
