package io.lockstep.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.time.Year;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static final List<byte[]> ENCODED = encodeAll();

    private final FrameWriter frames = new FrameWriter();
    private final ValueWriter values = new ValueWriter(frames, ChunkSink.NONE);

    @Test
    void everyRequestComesBackAsItWas() throws Exception {
        EnumSet<RequestTag> seen = EnumSet.of(RequestTag.VALUE_CHUNK); // checked by LargeValuesTest
        for (Request request : Messages.requests()) {
            request.writeTo(values);
            seen.add(request.tag());
        }
        FrameInput in = new FrameInput(new ByteArrayInputStream(frames.toByteArray()));
        for (Request request : Messages.requests()) {
            byte[] body = in.next();
            assertThat(Request.decode(RequestTag.of(in.tag()), new FrameReader(body)))
                    .isEqualTo(request);
        }
        assertThatThrownBy(in::next).isInstanceOf(EOFException.class);
        assertThat(seen).containsExactly(RequestTag.values());
    }

    @Test
    void everyResponseComesBackAsItWas() throws Exception {
        EnumSet<ResponseTag> seen = EnumSet.of(ResponseTag.VALUE_CHUNK);
        for (Response response : Messages.responses()) {
            frames.clear();
            response.writeTo(values);
            assertThat(response(frames.toByteArray())).isEqualTo(response);
            seen.add(response.tag());
        }
        assertThat(seen).containsExactly(ResponseTag.values());
    }

    @Test
    void everyTagByteIsAMessageOrAProtocolError() throws Exception {
        Set<Integer> known = new TreeSet<>();
        for (int code = 0; code < 256; code++) {
            known.addAll(known(code));
        }
        Set<Integer> expected = new TreeSet<>();
        Arrays.stream(RequestTag.values()).forEach(tag -> expected.add(tag.code()));
        Arrays.stream(ResponseTag.values()).forEach(tag -> expected.add(1000 + tag.code()));
        Arrays.stream(ValueTag.values()).forEach(tag -> expected.add(2000 + tag.code()));
        assertThat(known).isEqualTo(expected);
    }

    private static Set<Integer> known(int code) {
        Set<Integer> known = new TreeSet<>();
        tryTag(known, 0, () -> RequestTag.of(code).code());
        tryTag(known, 1000, () -> ResponseTag.of(code).code());
        tryTag(known, 2000, () -> ValueTag.of((byte) code).code());
        return known;
    }

    private interface Lookup {
        int code() throws ProtocolException;
    }

    private static void tryTag(Set<Integer> known, int base, Lookup lookup) {
        try {
            known.add(base + lookup.code());
        } catch (ProtocolException e) {
            assertThat(e).hasMessageContaining("unknown");
        }
    }

    @Test
    void messagesCutAnywhereAreProtocolErrors() throws Exception {
        for (Request request : Messages.requests()) {
            frames.clear();
            request.writeTo(values);
            byte[] frame = frames.toByteArray();
            for (int length = 0; length < frame.length - Protocol.HEADER_BYTES; length++) {
                byte[] body =
                        Arrays.copyOfRange(
                                frame, Protocol.HEADER_BYTES, Protocol.HEADER_BYTES + length);
                assertThatThrownBy(() -> Request.decode(request.tag(), new FrameReader(body)))
                        .as("%s cut at %d", request.tag(), length)
                        .isInstanceOf(ProtocolException.class);
            }
        }
        for (Response response : Messages.responses()) {
            frames.clear();
            response.writeTo(values);
            byte[] frame = frames.toByteArray();
            for (int length = 0; length < frame.length - Protocol.HEADER_BYTES; length++) {
                byte[] body =
                        Arrays.copyOfRange(
                                frame, Protocol.HEADER_BYTES, Protocol.HEADER_BYTES + length);
                assertThatThrownBy(
                                () ->
                                        readAll(
                                                Response.decode(
                                                        response.tag(), new FrameReader(body))))
                        .as("%s cut at %d", response.tag(), length)
                        .isInstanceOf(ProtocolException.class);
            }
        }
    }

    @Test
    void bytesTooManyAreProtocolErrors() throws Exception {
        for (Request request : Messages.requests().subList(1, Messages.requests().size())) {
            frames.clear();
            request.writeTo(values);
            byte[] frame = frames.toByteArray();
            byte[] body = Arrays.copyOfRange(frame, Protocol.HEADER_BYTES, frame.length + 1);
            assertThatThrownBy(() -> Request.decode(request.tag(), new FrameReader(body)))
                    .as("%s", request.tag())
                    .isInstanceOf(ProtocolException.class)
                    .hasMessageContaining("too many");
        }
    }

    @Test
    void aHelloMayHaveFieldsOfALaterVersion() throws Exception {
        Request hello = Messages.requests().get(0);
        hello.writeTo(values);
        byte[] body = Arrays.copyOfRange(frames.array(), Protocol.HEADER_BYTES, frames.size() + 9);
        assertThat(Request.decode(RequestTag.HELLO, new FrameReader(body))).isEqualTo(hello);
    }

    @Property(tries = 2_000)
    void anyBytesAreAMessageOrAProtocolError(
            @ForAll @IntRange(max = 255) int tag, @ForAll @Size(max = 64) byte[] body) {
        neverAnythingElse(tag, body);
    }

    @Property(tries = 2_000)
    void damagedMessagesAreMessagesOrProtocolErrors(
            @ForAll @IntRange(max = 1000) int which,
            @ForAll @IntRange(max = 10_000) int where,
            @ForAll byte replacement) {
        byte[] frame = ENCODED.get(which % ENCODED.size()).clone();
        if (frame.length > Protocol.HEADER_BYTES) {
            int body = frame.length - Protocol.HEADER_BYTES;
            frame[Protocol.HEADER_BYTES + where % body] = replacement;
        }
        neverAnythingElse(frame[0], Arrays.copyOfRange(frame, Protocol.HEADER_BYTES, frame.length));
    }

    private static void neverAnythingElse(int tag, byte[] body) {
        try {
            Request.decode(RequestTag.of(tag), new FrameReader(body));
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
        try {
            readAll(Response.decode(ResponseTag.of(tag), new FrameReader(body)));
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static void readAll(Response response) throws ProtocolException {
        RowSet rows = null;
        if (response instanceof Response.RowsDescribed described) {
            rows = described.rowSet();
        } else if (response instanceof Response.Rows more) {
            rows = more.rowSet();
        } else if (response instanceof Response.UpdateCount count) {
            rows = count.keys();
        } else if (response instanceof Response.BatchCounts counts) {
            rows = counts.keys();
        }
        if (rows != null) {
            RowsReader reader = rows.rows().reader();
            while (reader.next()) {
                for (int column = 0; column < rows.rows().columnCount(); column++) {
                    reader.value(column);
                }
            }
        }
    }

    @Test
    void aFrameThatIsTooLongIsRefusedOnBothEnds() {
        byte[] header = {(byte) RequestTag.PING.code(), 0, 0x10, 0, 1};
        assertThatThrownBy(() -> new FrameInput(new ByteArrayInputStream(header)).next())
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("1048577");
        String name = "x".repeat(Protocol.MAX_FRAME_BYTES);
        assertThatThrownBy(() -> new Request.ReleaseSavepoint(name).writeTo(values))
                .isInstanceOf(FrameOverflowException.class);
        assertThat(frames.size()).isZero();
    }

    @Test
    void aRequestThatCannotBeWrittenLeavesThoseBeforeIt() throws Exception {
        new Request.Ping().writeTo(values);
        int before = frames.size();
        Request.Execute bad =
                new Request.Execute(1, Messages.OPTIONS, List.of("fine", Year.of(2026)));
        assertThatThrownBy(() -> bad.writeTo(values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.time.Year");
        assertThat(frames.size()).isEqualTo(before);
        assertThat(frames.inFrame()).isFalse();
    }

    @Test
    void aHelloOfAnotherProtocolIsRefused() {
        byte[] body = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII);
        assertThatThrownBy(() -> Request.decode(RequestTag.HELLO, new FrameReader(body)))
                .hasMessageContaining("not a Lockstep client");
    }

    @Test
    void malformedUtf8IsRefusedAndTheReplacementCharacterIsNot() throws Exception {
        frames.writeString("a\uFFFDb");
        assertThat(new FrameReader(frames.toByteArray()).readString()).isEqualTo("a\uFFFDb");
        byte[] bad = {0, 0, 0, 2, (byte) 0xC3, 'x'};
        assertThatThrownBy(() -> new FrameReader(bad).readString())
                .hasMessageContaining("not UTF-8");
    }

    @Test
    void deepNestingIsRefused() throws Exception {
        Object value = 1;
        for (int i = 0; i < 17; i++) {
            value = new ArrayValue("x", 0, List.of(value));
        }
        Object tooDeep = value;
        frames.begin(RequestTag.EXECUTE);
        values.write(tooDeep);
        byte[] body = Arrays.copyOfRange(frames.array(), Protocol.HEADER_BYTES, frames.size());
        assertThatThrownBy(() -> new FrameReader(body).readValue()).hasMessageContaining("nested");
    }

    @Test
    void transactionIdsCanBeReadBack() {
        TransactionId id = new TransactionId(-5, -1);
        assertThat(TransactionId.parse(id.toString())).isEqualTo(id);
        assertThatThrownBy(() -> TransactionId.parse("12"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void longMessagesAreCut() {
        ErrorDetail detail = new ErrorDetail("HY000x", 0, "x".repeat(100_000));
        assertThat(detail.sqlState()).isEqualTo("HY000");
        assertThat(detail.message()).hasSize(16 << 10).endsWith(" ...");
    }

    private static List<byte[]> encodeAll() {
        List<byte[]> all = new ArrayList<>();
        try {
            for (Request request : Messages.requests()) {
                FrameWriter frame = new FrameWriter();
                request.writeTo(new ValueWriter(frame, ChunkSink.NONE));
                all.add(frame.toByteArray());
            }
            for (Response response : Messages.responses()) {
                FrameWriter frame = new FrameWriter();
                response.writeTo(new ValueWriter(frame, ChunkSink.NONE));
                all.add(frame.toByteArray());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return all;
    }

    private static Response response(byte[] frame) throws IOException {
        FrameInput in = new FrameInput(new ByteArrayInputStream(frame));
        byte[] body = in.next();
        if (in.tag() != (frame[0] & 0xFF)) {
            fail("tag");
        }
        return Response.decode(ResponseTag.of(in.tag()), new FrameReader(body));
    }
}
