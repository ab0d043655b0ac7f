package io.lockstep.controller.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockingTest {
    private static final LockRequest READ =
            new LockRequest(Resource.table("t"), LockMode.ACCESS_SHARE);
    private static final LockRequest INTENT =
            new LockRequest(Resource.DATABASE, LockMode.INTENT_SHARE);
    private static final LockRequest KEY =
            new LockRequest(Resource.key("t", "p:1"), LockMode.EXCLUSIVE);
    private static final LockRequest TABLE =
            new LockRequest(Resource.table("t"), LockMode.EXCLUSIVE);

    @ParameterizedTest
    @ValueSource(
            ints = {Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED})
    void belowRepeatableReadAReadHindersNoWrite(int isolation) {
        List<LockRequest> locks = List.of(INTENT, READ, KEY);
        assertThat(Locking.forRead(locks, isolation)).isSameAs(locks);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void fromRepeatableReadOnWhatWasReadCannotChange(int isolation) {
        assertThat(Locking.forRead(List.of(READ), isolation))
                .as("on the whole as well: a CALL locks that and names no table")
                .containsExactly(INTENT, new LockRequest(Resource.table("t"), LockMode.SHARE));
        assertThat(Locking.forRead(List.of(INTENT, KEY), isolation)).containsExactly(INTENT, KEY);
    }

    @Test
    void aWriteRunsAloneOnlyIfNoKeyIsLocked() {
        assertThat(Locking.exclusive(List.of(INTENT, TABLE))).isTrue();
        assertThat(Locking.exclusive(List.of(INTENT, KEY))).isFalse();
        assertThat(Locking.exclusive(List.of(TABLE, KEY))).isFalse();
    }
}
