package io.lockstep.controller.frontend;

import io.lockstep.controller.session.Replies;
import io.lockstep.protocol.ChunkSink;
import io.lockstep.protocol.FrameWriter;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ResponseTag;
import io.lockstep.protocol.RowsWriter;
import io.lockstep.protocol.ValueWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Turns replies into bytes on the channel. Used on the connection's loop only. */
// Writes use the void promise: a failed one reaches exceptionCaught and closes the connection.
@SuppressWarnings("FutureReturnValueIgnored")
final class ReplyChannel implements Replies {
    private static final int CHUNK_BODY_PREFIX_BYTES = 9;

    private final Connection connection;
    private final Channel channel;
    private final FrameWriter frames = new FrameWriter();
    private final ValueWriter values;
    private final RowsWriter rows;

    /**
     * What goes out before what is left in {@link #frames}: only filled where large values make it
     * necessary.
     */
    private final List<ByteBuf> ahead = new ArrayList<>();

    /** Bytes of {@link #frames} that were moved to {@link #ahead}. */
    private int movedBytes;

    private boolean closed;

    ReplyChannel(Connection connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
        ChunkSink chunks = this::addChunk;
        this.values = new ValueWriter(frames, chunks);
        this.rows = new RowsWriter(values);
    }

    @Override
    public RowsWriter rows() {
        return rows;
    }

    @Override
    public void add(Response response) {
        try {
            response.writeTo(values);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
    }

    @Override
    public void reset() {
        frames.clear();
        movedBytes = 0;
        ahead.forEach(ByteBuf::release);
        ahead.clear();
    }

    @Override
    public void flush() {
        if (frames.inFrame()) {
            throw new IllegalStateException("the last frame has not been ended");
        }
        if (frames.size() == 0) {
            return;
        }
        if (closed || !channel.isActive()) {
            reset();
            return;
        }
        ahead.forEach(buffer -> channel.write(buffer, channel.voidPromise()));
        ahead.clear();
        if (frames.size() > movedBytes) {
            channel.write(copy(movedBytes, frames.size()), channel.voidPromise());
        }
        channel.flush();
        frames.clear();
        movedBytes = 0;
    }

    @Override
    public void finish() {
        flush();
        connection.requestFinished();
    }

    @Override
    public void finish(Response last) {
        if (connection.endsInsteadOf(last)) {
            reset();
            connection.requestFinished();
        } else {
            add(last);
            finish();
        }
    }

    @Override
    public void finishAndClose(Response last) {
        add(last);
        connection.endWithWhatIsWritten();
    }

    /** Sends everything written and nothing ever after, then tells the listener. */
    void flushThen(ChannelFutureListener listener) {
        flush();
        closed = true;
        ChannelFuture flushed = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        flushed.addListener(listener);
    }

    private ByteBuf copy(int from, int to) {
        ByteBuf buffer = channel.alloc().directBuffer(to - from);
        return buffer.writeBytes(frames.array(), from, to - from);
    }

    private void addChunk(int valueId, boolean last, byte[] bytes, int offset, int length) {
        if (frames.endedBytes() > movedBytes) {
            ahead.add(copy(movedBytes, frames.endedBytes()));
            movedBytes = frames.endedBytes();
        }
        ByteBuf header =
                channel.alloc().directBuffer(Protocol.HEADER_BYTES + CHUNK_BODY_PREFIX_BYTES);
        header.writeByte(ResponseTag.VALUE_CHUNK.code());
        header.writeInt(CHUNK_BODY_PREFIX_BYTES + length);
        header.writeInt(valueId);
        header.writeBoolean(last);
        header.writeInt(length);
        ahead.add(header);
        // Not copied: a value of many megabytes is in memory once, until the socket has taken it.
        ahead.add(Unpooled.wrappedBuffer(bytes, offset, length));
    }
}
