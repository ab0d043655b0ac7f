package io.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransactionIdTest {
    @Test
    void idsOfNeighbouringSessionsHaveHashesOfTheirOwn() {
        Set<Integer> hashes = new HashSet<>();
        for (long session = 1; session <= 64; session++) {
            for (int sequence = 1; sequence <= 1000; sequence++) {
                hashes.add(new TransactionId((7L << 32) + session, sequence).hashCode());
            }
        }
        assertThat(hashes).hasSizeGreaterThan(63_900);
    }

    @Test
    void whatIsPrintedCanBeRead() {
        TransactionId id = new TransactionId(-1, -1);
        assertThat(id).hasToString("ffffffffffffffff-ffffffff");
        assertThat(TransactionId.parse(id.toString())).isEqualTo(id);
    }
}
