package io.lockstep.driver;

import io.lockstep.driver.wire.Answer;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowSet;
import io.lockstep.protocol.UpdateCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** What the frames that answer a batch say together. */
final class BatchAnswer {
    private final LongStream.Builder counts = LongStream.builder();
    private final List<RowSet> keys = new ArrayList<>();

    BatchAnswer(Answer answer) {
        for (Response.Reply reply : answer.replies()) {
            if (reply instanceof Response.BatchCounts part) {
                add(part.counts());
                if (part.keys() != null) {
                    keys.add(part.keys());
                }
            }
        }
        if (answer.failure() != null && answer.failure().batchCounts() != null) {
            add(answer.failure().batchCounts());
        }
    }

    private void add(UpdateCounts part) {
        for (int i = 0; i < part.size(); i++) {
            counts.add(part.get(i));
        }
    }

    /** Of what was executed, in order; may be asked for once. */
    long[] counts() {
        return counts.build().toArray();
    }

    /** Generated keys; the row sets follow each other. */
    List<RowSet> keys() {
        return keys;
    }
}
