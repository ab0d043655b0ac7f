package io.lockstep.driver;

import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowBlock;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowSet;
import io.lockstep.protocol.TransactionStatus;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Results for {@link FakeController} to answer with. */
final class TestRows {
    private TestRows() {}

    static ColumnDescription column(String name, int jdbcType, String typeName) {
        return ColumnDescription.computed(name, jdbcType, typeName, Object.class.getName());
    }

    static RowDescription columns(ColumnDescription... columns) {
        return new RowDescription(List.of(columns));
    }

    static final RowDescription ID = columns(column("ID", Types.BIGINT, "BIGINT"));

    /** A complete result. */
    static Response complete(RowDescription description, List<?>... rows) {
        return new Response.RowsDescribed(
                TransactionStatus.IDLE,
                false,
                false,
                RowSet.complete(
                        description, RowBlock.of(description.columnCount(), List.of(rows))));
    }

    /** The first rows of a result of ids from 1. */
    static Response firstIds(int cursorId, long count, boolean last) {
        return new Response.RowsDescribed(
                TransactionStatus.IDLE,
                false,
                false,
                new RowSet(cursorId, last, ID, ids(1, count)));
    }

    /** More rows of it. */
    static Response moreIds(int cursorId, long first, long count, boolean last) {
        return new Response.Rows(
                TransactionStatus.IDLE,
                false,
                false,
                new RowSet(cursorId, last, null, ids(first, count)));
    }

    private static RowBlock ids(long first, long count) {
        return RowBlock.of(1, LongStream.range(first, first + count).mapToObj(List::of).toList());
    }

    /** One row whose columns are named C1, C2 ... */
    static Response row(int jdbcType, Object... values) {
        RowDescription description =
                new RowDescription(
                        IntStream.rangeClosed(1, values.length)
                                .mapToObj(i -> column("C" + i, jdbcType, "T"))
                                .toList());
        List<Object> row = new ArrayList<>();
        for (Object value : values) {
            row.add(value);
        }
        return complete(description, row);
    }
}
