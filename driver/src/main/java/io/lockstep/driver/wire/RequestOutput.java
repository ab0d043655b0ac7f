package io.lockstep.driver.wire;

import io.lockstep.protocol.ValueWriter;
import java.io.IOException;

/** Where a {@link Command} writes its frames. */
public interface RequestOutput {
    /** Writes into the frames that will be sent together. */
    ValueWriter values();

    /** Sends the finished frames now, to keep the memory for a long request bounded. */
    void sendPart() throws IOException;
}
