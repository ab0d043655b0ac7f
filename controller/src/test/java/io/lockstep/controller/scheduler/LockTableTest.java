package io.lockstep.controller.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LockTableTest {
    private final LockScene scene = new LockScene(4);

    @Test
    void differentRowsAreWrittenAtTheSameTime() {
        assertThat(scene.ask("A", "t:IX", "t/1:X")).isTrue();
        assertThat(scene.ask("B", "t:IX", "t/2:X")).isTrue();
        scene.assertEmpty();
    }

    @Test
    void theSameRowIsWrittenInOrderOfArrival() {
        assertThat(scene.ask("A", "t:IX", "t/1:X")).isTrue();
        assertThat(scene.ask("B", "t:IX", "t/1:X")).isFalse();
        assertThat(scene.ask("C", "t:IX", "t/1:X")).isFalse();
        scene.assertWaiting("B", "C");
        scene.release("A");
        scene.assertGranted("B");
        scene.assertWaiting("C");
        scene.release("B");
        scene.assertGranted("C");
        scene.assertEmpty();
    }

    @Test
    void aWaitingRequestHoldsNothing() {
        scene.ask("A", "t:IX", "t/1:X");
        scene.ask("B", "t:IX", "t/1:X", "t/2:X");
        assertThat(scene.table.snapshot().held())
                .extracting(LockManager.Held::owner)
                .containsOnly("A");
        assertThat(scene.ask("C", "t:IX", "t/2:X")).as("B does not hold row 2").isTrue();
        scene.assertEmpty();
    }

    @Test
    void aTableLockIsNotStarvedByRowLocks() {
        scene.ask("A", "t:IX", "t/1:X");
        assertThat(scene.ask("TABLE", "t:X")).isFalse();
        assertThat(scene.ask("C", "t:IX", "t/2:X")).as("no overtaking").isFalse();
        scene.release("A");
        scene.assertGranted("TABLE");
        scene.release("TABLE");
        scene.assertGranted("C");
        scene.assertEmpty();
    }

    @Test
    void readersPassAWaitingTableLockButNotWaitingDdl() {
        scene.ask("A", "t:IX", "t/1:X");
        scene.ask("TABLE", "t:X");
        assertThat(scene.ask("R1", "t:AS")).isTrue();
        scene.ask("DDL", "t:AX");
        assertThat(scene.ask("R2", "t:AS")).isFalse();
        scene.release("A");
        scene.release("TABLE");
        scene.assertWaiting("DDL", "R2");
        scene.release("R1");
        scene.assertGranted("DDL");
        scene.release("DDL");
        scene.assertGranted("R2");
        scene.assertEmpty();
    }

    @Test
    void whoWaitsForOneResourceDoesNotKeepAnotherIdle() {
        scene.ask("BROKER", "lock:IX", "lock/1:X"); // for ever
        assertThat(scene.ask("B", "lock:S", "msgs:X")).isFalse();
        assertThat(scene.ask("C", "msgs:IX", "msgs/1:X")).as("msgs is free").isTrue();
        scene.release("C");
        assertThat(scene.ask("D", "msgs:IX", "msgs/2:X")).isTrue();
        scene.assertWaiting("B");
        scene.assertEmpty();
    }

    @Test
    void whoMissedItsTurnIsNotOvertakenAgain() {
        scene.ask("A", "a:X");
        scene.ask("W", "a:X", "b:X");
        assertThat(scene.ask("N1", "b:X")).as("lent").isTrue();
        scene.release("A");
        scene.assertWaiting("W"); // missed its turn: b is out on loan
        assertThat(scene.ask("N2", "a:X")).as("kept for W now").isFalse();
        assertThat(scene.ask("N3", "b:X")).isFalse();
        scene.release("N1");
        scene.assertGranted("W");
        scene.release("W");
        scene.assertGranted("N2", "N3");
        scene.assertEmpty();
    }

    @Test
    void twentySessionsWaitingForOneRowLeaveThePermitsToTheOthers() {
        assertThat(scene.askAdmission("BROKER", "lock:IX", "lock/1:X")).isTrue();
        for (int i = 0; i < 20; i++) {
            assertThat(scene.askAdmission("W" + i, "lock:IX", "lock/1:X")).isFalse();
        }
        assertThat(scene.table.snapshot().permitsInUse()).isEqualTo(1);
        for (int i = 0; i < 100; i++) {
            assertThat(scene.askAdmission("S" + i, "msgs:IX", "msgs/" + i + ":X")).isTrue();
            scene.release("S" + i);
        }
        scene.assertEmpty();
    }

    @Test
    void permitsAreGivenInOrderOfArrivalAndTakenOncePerOwner() {
        LockScene two = new LockScene(2);
        assertThat(two.askAdmission("A", "t:IX", "t/1:X")).isTrue();
        assertThat(two.askAdmission("A", "t:IX", "t/2:X")).isTrue();
        assertThat(two.askAdmission("B")).isTrue();
        assertThat(two.askAdmission("C", "t:IX", "t/3:X")).isFalse();
        assertThat(two.askAdmission("D")).isFalse();
        assertThat(two.ask("R", "t:AS")).as("readers need none").isTrue();
        assertThat(two.table.snapshot().waiting())
                .extracting(LockManager.Waiting::resource)
                .containsExactly("admission", "admission");
        two.release("A");
        two.assertGranted("C");
        two.release("C");
        two.assertGranted("D");
        two.assertEmpty();
    }

    @Test
    void aRequestThatLacksOnlyAPermitKeepsItsRowAgainstNewcomers() {
        LockScene one = new LockScene(1);
        one.askAdmission("A", "t:IX", "t/1:X");
        one.askAdmission("B", "t:IX", "t/2:X");
        assertThat(one.ask("C", "t:IX", "t/2:X")).isFalse();
        one.release("A");
        one.assertGranted("B");
        one.assertEmpty();
    }

    @Test
    void theHolderOfTheLastPermitPassesThoseWhoWaitForIt() {
        LockScene one = new LockScene(1);
        one.askAdmission("A", "t:IX", "t/1:X");
        one.askAdmission("B", "t:IX", "t/2:X"); // waits for A's permit
        assertThat(one.askAdmission("A", "t:IX", "t/2:X")).isTrue();
        one.release("A");
        one.assertGranted("B");
        one.assertEmpty();
    }

    @Test
    void aDeadlockThroughTheLastPermitIsFound() {
        LockScene one = new LockScene(1);
        one.ask("R", "t:AS");
        one.askAdmission("W", "u:IX", "u/1:X");
        assertThat(one.askAdmission("R", "u:IX", "u/2:X")).as("needs W's permit").isFalse();
        assertThat(one.askAdmission("W", "t:AX")).as("needs R's table").isFalse();
        assertThat(List.of("R", "W"))
                .filteredOn(name -> one.result(name) instanceof LockResult.Deadlock)
                .hasSize(1);
        one.assertEmpty();
    }

    @Test
    void upgradeOfTheOnlyHolderGoesAheadOfThoseWhoWaitForIt() {
        scene.ask("A", "t:S");
        scene.ask("B", "t:X");
        assertThat(scene.ask("A", "t:X")).isTrue();
        scene.release("A");
        scene.assertGranted("B");
        scene.assertEmpty();
    }

    @Test
    void upgradeWaitsForOtherHoldersAheadOfTheQueue() {
        scene.ask("A", "t:S");
        scene.ask("H", "t:S");
        scene.ask("B", "t:X");
        assertThat(scene.ask("A", "t:IX", "t/1:X")).isFalse();
        scene.release("H");
        scene.assertGranted("A");
        scene.assertWaiting("B");
        assertThat(held("A", "t")).isEqualTo(LockMode.SHARE_INTENT_EXCLUSIVE);
        scene.assertEmpty();
    }

    @Test
    void twoUpgradesOfTheSameLockAreADeadlockAndTheYoungerGivesUp() {
        scene.ask("A", "t:S");
        scene.ask("B", "t:S");
        scene.ask("A", "t:X");
        assertThat(scene.ask("B", "t:X")).isFalse();
        assertThat(scene.result("B"))
                .isInstanceOfSatisfying(
                        LockResult.Deadlock.class,
                        deadlock ->
                                assertThat(deadlock.cycle())
                                        .contains("A waits for t (EXCLUSIVE) held by B")
                                        .contains("B waits for t (EXCLUSIVE) held by A"));
        assertThat(held("B", "t")).as("still held").isEqualTo(LockMode.SHARE);
        scene.release("B");
        scene.assertGranted("A");
        assertThat(scene.table.snapshot().counters().deadlocks()).isEqualTo(1);
        scene.assertEmpty();
    }

    @Test
    void theVictimIsWhoHoldsLeast() {
        scene.ask("A", "t:IX", "t/1:X");
        scene.ask("B", "t:IX", "t/2:X", "t/3:X");
        scene.ask("A", "t/2:X");
        scene.ask("B", "t/1:X");
        assertThat(scene.result("A")).isInstanceOf(LockResult.Deadlock.class);
        scene.assertWaiting("B");
        scene.release("A");
        scene.assertGranted("B");
        scene.assertEmpty();
    }

    @Test
    void theVictimIsRatherWhoCanBeRerunInvisibly() {
        scene.ask("A", "t:IX", "t/1:X");
        scene.ask("B", "t:IX", "t/2:X", "t/3:X");
        scene.ask("A", "t/2:X");
        scene.ask("B", o -> new LockManager.Options(o.timeoutNanos(), false, true), "t/1:X");
        assertThat(scene.result("B")).isInstanceOf(LockResult.Deadlock.class);
        scene.assertWaiting("A");
        scene.assertEmpty();
    }

    @Test
    void aCircleThatOnlyTheQueueClosesCostsNobodyItsTransaction() {
        scene.ask("N", "s:X");
        scene.ask("G", "r:S");
        scene.ask("V", "r:X", "s:X"); // behind G and N
        assertThat(scene.ask("N", "r:S")).as("compatible with G, and V waits for N").isTrue();
        assertThat(scene.table.snapshot().counters().deadlocks()).isZero();
        scene.release("N");
        scene.release("G");
        scene.assertGranted("V");
        scene.assertEmpty();
    }

    @Test
    void aCircleThroughAQueueIsResolvedWhenAThirdOneClosesIt() {
        scene.ask("A", "a:X");
        scene.ask("H", "r:S");
        scene.ask("V", "r:X", "c:X"); // queued first at r
        scene.ask("B", "b:X");
        assertThat(scene.ask("B", "r:S")).as("behind V").isFalse();
        scene.ask("C", "c:X");
        assertThat(scene.ask("C", "b:X")).as("closes V > C > B > V").isFalse();
        scene.assertGranted("B");
        scene.assertWaiting("V", "C");
        scene.assertEmpty();
    }

    @Test
    void noWaitIsDecidedAtOnceAndNamesWhoIsInTheWay() {
        scene.ask("A", "t:IX", "t/1:X");
        assertThat(scene.askNoWait("B", "t:IX", "t/1:X")).isFalse();
        assertThat(scene.result("B")).isEqualTo(new LockResult.TimedOut("t[1]", "A"));
        assertThat(scene.pendingDeadlines()).isZero();
        assertThat(scene.askNoWait("B", "t:IX", "t/2:X")).isTrue();
        scene.assertEmpty();
    }

    @Test
    void noWaitUpgradePassesThoseWhoWaitForItself() {
        scene.ask("A", "t:S");
        scene.ask("B", "t:X");
        assertThat(scene.askNoWait("A", "t:X")).isTrue();
        scene.assertEmpty();
    }

    @Test
    void aDeadlineEndsTheWaitAndLetsThoseBehindGoOn() {
        scene.ask("A", "t:S");
        scene.ask("B", o -> new LockManager.Options(1_000_000_000L, false), "t:X");
        scene.ask("C", "t:S");
        scene.advance(999);
        scene.assertWaiting("B", "C");
        scene.advance(1);
        assertThat(scene.result("B")).isEqualTo(new LockResult.TimedOut("t", "A"));
        scene.assertGranted("C");
        assertThat(scene.pendingDeadlines()).as("C's was cancelled").isZero();
        assertThat(scene.table.snapshot().counters().timedOut()).isEqualTo(1);
        scene.assertEmpty();
    }

    @Test
    void cancelWithdrawsTheWaitOnly() {
        scene.ask("B", "u:X");
        scene.ask("A", "t:X");
        scene.ask("B", "t:X");
        assertThat(scene.table.cancel(scene.owner("B"))).isTrue();
        assertThat(scene.result("B")).isInstanceOf(LockResult.Cancelled.class);
        assertThat(scene.table.cancel(scene.owner("B"))).isFalse();
        assertThat(held("B", "u")).isEqualTo(LockMode.EXCLUSIVE);
        scene.assertEmpty();
    }

    @Test
    void releaseWithdrawsTheWaitToo() {
        scene.ask("A", "t:X");
        scene.ask("B", "u:X");
        scene.ask("B", "t:X");
        scene.release("B");
        assertThat(scene.result("B")).isInstanceOf(LockResult.Cancelled.class);
        assertThat(scene.ask("C", "u:X")).isTrue();
        scene.assertEmpty();
    }

    @Test
    void oneOwnerCannotWaitTwice() {
        scene.ask("A", "t:X");
        scene.ask("B", "t:X");
        assertThatThrownBy(() -> scene.ask("B", "u:X"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("B");
    }

    @Test
    void theSameResourceTwiceInOneRequestIsOneLockOfTheJoinedMode() {
        scene.ask("A", "t:IX", "t:S", "t/1:S", "t/1:X");
        assertThat(held("A", "t")).isEqualTo(LockMode.SHARE_INTENT_EXCLUSIVE);
        assertThat(held("A", "t[1]")).isEqualTo(LockMode.EXCLUSIVE);
        scene.assertEmpty();
    }

    @Test
    void keysOfATableHeldExclusivelyNeedNoLocks() {
        scene.ask("A", "t:X");
        assertThat(scene.ask("A", "t:IX", "t/1:X", "t/2:S")).isTrue();
        assertThat(scene.table.snapshot().held()).hasSize(1);
        scene.assertEmpty();
    }

    @Test
    void manyKeysOfOneTableBecomeATableLockWhenNobodyIsInTheWay() {
        LockScene small = new LockScene(4, 10);
        small.ask("OTHER", "t:IX", "t/other:X");
        for (int i = 0; i < 15; i++) {
            small.ask("A", "t:IX", "t/" + i + ":X");
        }
        assertThat(small.table.entryCount()).as("OTHER is in the way").isEqualTo(17);
        small.release("OTHER");
        small.ask("A", "t:IX", "t/15:X", "u:IX", "u/1:X");
        assertThat(small.table.snapshot().held())
                .extracting(LockManager.Held::resource, LockManager.Held::mode)
                .containsExactlyInAnyOrder(
                        tuple("t", LockMode.EXCLUSIVE),
                        tuple("u", LockMode.INTENT_EXCLUSIVE),
                        tuple("u[1]", LockMode.EXCLUSIVE));
        assertThat(small.ask("B", "t:IX", "t/99:X")).isFalse();
        small.release("A");
        small.assertGranted("B");
        small.assertEmpty();
    }

    @Test
    void veryManyKeysWaitForTheTableLockRatherThanFillMemory() {
        LockScene small = new LockScene(4, 10);
        small.ask("OTHER", "t:IX", "t/other:X");
        List<String> keys = new ArrayList<>(List.of("t:IX"));
        IntStream.range(0, 81).forEach(i -> keys.add("t/" + i + ":X"));
        assertThat(small.ask("A", keys.toArray(String[]::new))).isFalse();
        small.release("OTHER");
        small.assertGranted("A");
        assertThat(small.table.entryCount()).isEqualTo(1);
        small.assertEmpty();
    }

    @Test
    void snapshotSaysWhoWaitsForWhomAndHowLong() {
        scene.ask("A", "t:IX", "t/1:X");
        scene.ask("B", "t:IX", "t/1:X");
        scene.advance(1500);
        assertThat(scene.table.snapshot().waiting())
                .containsExactly(
                        new LockManager.Waiting(
                                "B", "t[1]", LockMode.EXCLUSIVE, 1500, List.of("A")));
        scene.assertEmpty();
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    private LockMode held(String owner, String resource) {
        return scene.table.snapshot().held().stream()
                .filter(held -> held.owner().equals(owner) && held.resource().equals(resource))
                .map(LockManager.Held::mode)
                .findAny()
                .orElseThrow();
    }
}
