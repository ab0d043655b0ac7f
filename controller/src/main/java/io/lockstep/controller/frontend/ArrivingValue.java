package io.lockstep.controller.frontend;

import io.lockstep.protocol.LargeKind;
import io.lockstep.protocol.LargeValue;
import io.lockstep.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** One large value: its pieces in memory or, once spilled, in a file; never in both. */
final class ArrivingValue {
    private List<byte[]> pieces = new ArrayList<>();
    private final List<SpillFile.Extent> extents = new ArrayList<>();
    private SpillFile file;
    private long length;
    private boolean complete;

    long length() {
        return length;
    }

    boolean complete() {
        return complete;
    }

    void markComplete() {
        complete = true;
    }

    boolean spilled() {
        return file != null;
    }

    long memoryBytes() {
        return spilled() ? 0 : length;
    }

    void keep(byte[] piece) {
        pieces.add(piece);
        length += piece.length;
    }

    /** Moves to the file whatever is still in memory, and adds a piece there. */
    void spill(SpillFile target, byte[] piece) throws IOException {
        file = target;
        for (byte[] earlier : pieces) {
            append(earlier);
        }
        pieces = List.of();
        append(piece);
        length += piece.length;
    }

    private void append(byte[] piece) throws IOException {
        SpillFile.Extent extent = file.append(piece);
        int last = extents.size() - 1;
        if (last >= 0 && extents.get(last).end() == extent.start()) {
            extents.set(last, new SpillFile.Extent(extents.get(last).start(), extent.end()));
        } else {
            extents.add(extent);
        }
    }

    byte[] load(int bytesMax) throws ProtocolException {
        if (length > bytesMax) {
            throw new ProtocolException(
                    "a value of %d bytes of a type of which %d are the most"
                            .formatted(length, bytesMax));
        }
        if (!spilled() && pieces.size() == 1) {
            return pieces.get(0);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) length);
        pieces.forEach(bytes::writeBytes);
        if (spilled()) {
            try (InputStream in = file.read(extents)) {
                in.transferTo(bytes);
            } catch (IOException e) {
                throw new ProtocolException("a large value could not be read back", e);
            }
        }
        return bytes.toByteArray();
    }

    LargeValue inFile(LargeKind kind) {
        return new InFile(kind, length, file, extents);
    }

    private record InFile(
            LargeKind kind, long byteLength, SpillFile file, List<SpillFile.Extent> extents)
            implements LargeValue {
        @Override
        public InputStream openStream() throws IOException {
            return file.read(extents);
        }
    }
}
