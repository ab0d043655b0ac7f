package io.lockstep.controller.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.catalogue.Catalogue;
import io.lockstep.backends.dialect.Dialects;
import io.lockstep.controller.scheduler.LockManager;
import io.lockstep.controller.scheduler.LockMode;
import io.lockstep.controller.scheduler.LockOwner;
import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.LockResult;
import io.lockstep.controller.scheduler.Resource;
import io.lockstep.controller.sql.StatementClass;
import io.lockstep.controller.sql.StatementClassifiers;
import java.sql.Connection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
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

    /** Locks that are granted when the test says so. */
    private static final class Grants implements LockManager {
        private Consumer<LockResult> waiting;

        @Override
        public boolean acquire(
                LockOwner owner,
                List<LockRequest> requests,
                Options options,
                Consumer<LockResult> onDecision) {
            waiting = onDecision;
            return false;
        }

        @Override
        public void release(LockOwner owner) {}

        @Override
        public boolean cancel(LockOwner owner) {
            return false; // granted already
        }

        @Override
        public Snapshot snapshot() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void whatIsGrantedToAClientThatHasJustGoneIsNotBegun() {
        Grants locks = new Grants();
        VirtualDatabase database =
                new VirtualDatabase(
                        "shop", null, locks, null, null, null, null, null, null, null, null, null);
        Catalogue empty = new Catalogue("PUBLIC", Map.of(), Set.of(), Map.of());
        StatementClass what =
                StatementClassifiers.create(List.of(Dialects.forUrl("jdbc:derby:x")), empty, 10)
                        .classify("CREATE TABLE t (id INT)");
        Queue<Runnable> loop = new ArrayDeque<>();
        SessionContext session = new SessionContext(1, loop::add);
        List<String> events = new ArrayList<>();
        Locking.Need need =
                new Locking.Need(
                        new LockOwner("the test"),
                        List.of(TABLE),
                        true,
                        1,
                        what,
                        () -> events.add("judged anew"));

        new Locking(database, new SyntaxCheck(database))
                .acquire(
                        session,
                        need,
                        () -> events.add("begun"),
                        error -> events.add(error.getSQLState()));
        locks.waiting.accept(new LockResult.Granted());
        session.cancel("because its client has gone");
        loop.remove().run();
        assertThat(events).containsExactly("57014");
    }
}
