package io.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LargeValuesTest {
    private final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    private final FrameWriter frames = new FrameWriter();
    private final ValueWriter values = new ValueWriter(frames, this::sendChunk);

    private void sendChunk(int valueId, boolean last, byte[] bytes, int offset, int length)
            throws IOException {
        FrameWriter chunk = new FrameWriter();
        chunk.begin(RequestTag.VALUE_CHUNK);
        chunk.writeInt(valueId);
        chunk.writeBoolean(last);
        chunk.writeBytes(bytes, offset, length);
        chunk.end();
        chunk.writeTo(wire);
    }

    @Test
    void largeValuesTravelInChunksAndComeBackEqual() throws Exception {
        byte[] bytes = new byte[1_500_000];
        new Random(1).nextBytes(bytes);
        List<Object> parameters =
                List.of(
                        1,
                        bytes,
                        "ä".repeat(400_000),
                        "x".repeat(Protocol.LARGE_VALUE_BYTES),
                        new OtherValue("json", "y".repeat(300_000)),
                        new ArrayValue("int8", -5, Collections.nCopies(200_000, 7L)),
                        "small");
        new Request.Execute(1, Messages.OPTIONS, parameters).writeTo(values);
        assertThat(frames.size()).isLessThan(300_000);

        Request.Execute read = (Request.Execute) readRequest();
        assertThat((byte[]) read.parameters().get(1)).isEqualTo(bytes);
        for (int i = 2; i < parameters.size(); i++) {
            assertThat(read.parameters().get(i)).isEqualTo(parameters.get(i));
        }
    }

    @Test
    void manyMediumValuesStillFitIntoAFrame() throws Exception {
        List<Object> parameters = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            parameters.add(("" + i).repeat(20_000));
        }
        new Request.Execute(1, Messages.OPTIONS, parameters).writeTo(values);
        assertThat(((Request.Execute) readRequest()).parameters()).isEqualTo(parameters);
    }

    @Test
    void aLongSqlTextTravelsInChunks() throws Exception {
        String sql = "insert into t values " + "(1),".repeat(500_000);
        new Request.Prepare(1, sql, GeneratedKeys.NONE).writeTo(values);
        assertThat(((Request.Prepare) readRequest()).sql()).isEqualTo(sql);
    }

    @Test
    void aStreamIsChunkedWithoutKnowingItsLength() throws Exception {
        for (int length :
                new int[] {
                    0, 1, Protocol.CHUNK_BYTES, Protocol.CHUNK_BYTES + 1, 3 * Protocol.CHUNK_BYTES
                }) {
            wire.reset();
            frames.clear();
            byte[] content = new byte[length];
            new Random(length).nextBytes(content);
            frames.begin(RequestTag.EXECUTE);
            assertThat(values.writeStream(LargeKind.BYTES, new ByteArrayInputStream(content)))
                    .isEqualTo(length);
            frames.end();
            frames.writeTo(wire);

            LargeValues large = new LargeValues(10 << 20);
            FrameReader body = readChunks(large);
            assertThat((byte[]) body.readValue()).isEqualTo(content);
        }
    }

    @Test
    void tooManyBytesOrMissingOnesAreProtocolErrors() throws Exception {
        LargeValues large = new LargeValues(10);
        large.add(1, false, new byte[6]);
        assertThatThrownBy(() -> large.resolve(new LargeReference(LargeKind.BYTES, 1, null)))
                .hasMessageContaining("incomplete");
        assertThatThrownBy(() -> large.add(1, true, new byte[5])).hasMessageContaining("10 bytes");
        LargeValues other = new LargeValues(10);
        other.add(1, true, new byte[1]);
        assertThatThrownBy(() -> other.add(1, true, new byte[1])).hasMessageContaining("complete");
    }

    @Test
    void rowsWithLargeValuesKeepThem() throws Exception {
        RowsWriter rows = new RowsWriter(values);
        rows.begin(Messages.DESCRIPTION);
        rows.values().writeInt(1);
        rows.values().writeString("z".repeat(2_000_000));
        rows.endRow();
        assertThat(rows.isFull()).isTrue();
        rows.end(false, 12, TransactionStatus.IDLE);
        frames.writeTo(wire);

        LargeValues large = new LargeValues(10 << 20);
        FrameReader body = readChunks(large);
        Response.RowsDescribed reply =
                (Response.RowsDescribed) Response.decode(ResponseTag.ROWS_DESCRIBED, body);
        assertThat(reply.rowSet().cursorId()).isEqualTo(12);
        RowsReader reader = reply.rowSet().rows().reader();
        assertThat(reader.next()).isTrue();
        assertThat(reader.tag(1)).isEqualTo(ValueTag.LARGE);
        assertThat(reader.string(1)).hasSize(2_000_000);
        assertThat(reader.next()).isFalse();
    }

    private Request readRequest() throws IOException {
        frames.writeTo(wire);
        return Request.decode(lastTag(), readChunks(new LargeValues(64 << 20)));
    }

    private RequestTag lastTag() throws ProtocolException {
        return RequestTag.of(frames.array()[0]);
    }

    private FrameReader readChunks(LargeValues large) throws IOException {
        FrameInput in = new FrameInput(new ByteArrayInputStream(wire.toByteArray()));
        while (true) {
            byte[] body = in.next();
            FrameReader reader = new FrameReader().wrap(body, 0, body.length, large);
            if (in.tag() != RequestTag.VALUE_CHUNK.code()) {
                return reader;
            }
            Request.ValueChunk chunk =
                    (Request.ValueChunk) Request.decode(RequestTag.VALUE_CHUNK, reader);
            large.add(chunk.valueId(), chunk.last(), chunk.bytes());
        }
    }
}
