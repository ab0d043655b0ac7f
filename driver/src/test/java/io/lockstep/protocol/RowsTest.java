package io.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {
    private final FrameWriter frames = new FrameWriter();
    private final ValueWriter values = new ValueWriter(frames, ChunkSink.NONE);
    private final RowsWriter rows = new RowsWriter(values);

    @Test
    void writesTheSameBytesAsTheRecords() throws Exception {
        RowBlock block = RowBlock.of(2, List.of(List.of(1, "a"), Arrays.asList(2, null)));
        RowSet open = new RowSet(7, false, Messages.DESCRIPTION, block);
        rows.begin(Messages.DESCRIPTION);
        rows.markOutParameters();
        rows.markResultFollows();
        writeRows();
        rows.end(false, 7, TransactionStatus.DOOMED);
        expect(new Response.RowsDescribed(TransactionStatus.DOOMED, true, true, open));

        rows.begin(2);
        writeRows();
        rows.end(true, 0, TransactionStatus.IDLE);
        expect(
                new Response.Rows(
                        TransactionStatus.IDLE, false, false, new RowSet(0, true, null, block)));

        rows.beginUpdateCount(5, Messages.DESCRIPTION);
        writeRows();
        rows.end(false, 7, TransactionStatus.IN_TRANSACTION);
        expect(new Response.UpdateCount(TransactionStatus.IN_TRANSACTION, false, 5, open));

        rows.beginBatchCounts(UpdateCounts.of(1, 2), Messages.DESCRIPTION);
        writeRows();
        rows.end(false, 7, TransactionStatus.IDLE);
        expect(
                new Response.BatchCounts(
                        TransactionStatus.IDLE, false, UpdateCounts.of(1, 2), open));
    }

    private void writeRows() throws IOException {
        values.writeInt(1);
        values.writeString("a");
        rows.endRow();
        values.writeInt(2);
        values.writeString("taken back");
        rows.abandonRow();
        values.writeInt(2);
        values.writeNull();
        rows.endRow();
    }

    private void expect(Response expected) throws IOException {
        byte[] written = frames.toByteArray();
        frames.clear();
        expected.writeTo(values);
        assertThat(written).isEqualTo(frames.toByteArray());
        frames.clear();
    }

    @Test
    void readsEveryValueLazily() throws Exception {
        List<Object> row = Messages.VALUES;
        RowsReader reader = RowBlock.of(row.size(), List.of(row, row)).reader();
        assertThatThrownBy(() -> reader.tag(0)).isInstanceOf(IllegalStateException.class);
        for (int i = 0; i < 2; i++) {
            assertThat(reader.next()).isTrue();
            for (int column = row.size() - 1; column >= 0; column--) {
                assertThat(reader.value(column)).isEqualTo(row.get(column));
            }
        }
        assertThat(reader.next()).isFalse();
        assertThat(reader.rowsLeft()).isZero();
    }

    @Test
    void readsNumbersAndTextsWithoutObjects() throws Exception {
        byte[] bytes = {1, 2, 3};
        RowsReader reader =
                RowBlock.of(
                                9,
                                List.of(
                                        List.of(
                                                true,
                                                (byte) -1,
                                                (short) -2,
                                                -3,
                                                -4L,
                                                1.5f,
                                                2.5,
                                                "text",
                                                bytes)))
                        .reader();
        assertThat(reader.next()).isTrue();
        assertThat(reader.integer(0)).isEqualTo(1);
        assertThat(reader.integer(1)).isEqualTo(-1);
        assertThat(reader.integer(2)).isEqualTo(-2);
        assertThat(reader.integer(3)).isEqualTo(-3);
        assertThat(reader.integer(4)).isEqualTo(-4);
        assertThat(reader.floating(5)).isEqualTo(1.5);
        assertThat(reader.floating(6)).isEqualTo(2.5);
        assertThat(reader.string(7)).isEqualTo("text");
        assertThat(reader.bytes(8)).isEqualTo(bytes);
        assertThat(reader.isNull(8)).isFalse();
        assertThatThrownBy(() -> reader.integer(7)).hasMessageContaining("STRING");
        assertThatThrownBy(() -> reader.string(0)).hasMessageContaining("BOOLEAN");
    }

    @Test
    void aRowNotEndedIsNoticed() throws Exception {
        rows.begin(1);
        values.writeInt(1);
        assertThatThrownBy(() -> rows.end(true, 0, TransactionStatus.IDLE))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBatchIsWrittenInParts() throws Exception {
        BatchWriter batch = new BatchWriter(values);
        List<List<Object>> expected = new ArrayList<>();
        int parts = 1;
        batch.begin(3, 9, 500);
        for (int i = 0; i < 5000; i++) {
            if (batch.isFull()) {
                batch.endPart();
                parts++;
            }
            List<Object> row = Arrays.asList(i, "x".repeat(i % 200), null);
            batch.add(row);
            expected.add(row);
        }
        batch.end();
        assertThat(parts).isGreaterThan(1);

        FrameInput in = new FrameInput(new ByteArrayInputStream(frames.toByteArray()));
        List<List<Object>> read = new ArrayList<>();
        boolean last = false;
        for (int part = 1; part <= parts; part++) {
            byte[] body = in.next();
            Request.Batch request =
                    (Request.Batch) Request.decode(RequestTag.of(in.tag()), new FrameReader(body));
            assertThat(request.statementId()).isEqualTo(3);
            assertThat(request.transactionSequence()).isEqualTo(9);
            assertThat(request.queryTimeoutMillis()).isEqualTo(500);
            assertThat(last).isFalse();
            last = request.last();
            read.addAll(request.rows());
        }
        assertThat(last).isTrue();
        assertThat(read).isEqualTo(expected);
    }
}
