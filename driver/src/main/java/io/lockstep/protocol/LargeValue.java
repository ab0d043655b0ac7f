package io.lockstep.protocol;

import java.io.IOException;
import java.io.InputStream;

/**
 * A STRING or BYTES value too big to be held in memory. Stands among a request's parameters in
 * place of a String or byte[]; valid until that request has been answered.
 */
public interface LargeValue {
    /** {@link LargeKind#STRING} (the stream gives its UTF-8) or {@link LargeKind#BYTES}. */
    LargeKind kind();

    /** Number of bytes the stream gives. */
    long byteLength();

    /**
     * The content from its beginning. May be called several times, from any thread; the caller
     * closes.
     */
    InputStream openStream() throws IOException;
}
