package io.lockstep.controller.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MembershipTest {
    @TempDir private Path directory;
    private MembershipFile file;
    private long epoch;
    private final List<Membership> opened = new ArrayList<>();

    @BeforeEach
    void prepare() {
        file = new MembershipFile(directory, "shop");
    }

    @AfterEach
    void close() {
        opened.forEach(Membership::close);
    }

    private Membership open(String... names) throws IOException {
        return open(Map.of(), names);
    }

    private Membership open(Map<String, View.Standing> leaving, String... names)
            throws IOException {
        Membership membership = Membership.open("shop", List.of(names), file, leaving, ++epoch);
        opened.add(membership);
        return membership;
    }

    private View onDisk() throws IOException {
        return file.read().orElseThrow().view();
    }

    @Test
    void oneThatComesBackServesWhenThatIsDurable_unlessItsStandingIsAnotherByNow()
            throws Exception {
        Membership membership = open("a", "b");
        membership.leave("b", BackendState.LOST, "silent", () -> {});
        View.Standing lost = membership.view().standings().get("b");
        membership.judge("b", BackendState.DISABLED, "by the operator");
        assertThat(membership.enter("b", lost)).isFalse();
        assertThat(onDisk().standings().get("b").state()).isEqualTo(BackendState.DISABLED);
        long before = membership.view().number();
        View.Standing disabled = membership.view().standings().get("b");
        assertThat(membership.enter("b", disabled)).isTrue();
        assertThat(membership.view().inService()).containsExactly("a", "b");
        assertThat(membership.view().number()).isEqualTo(before + 1);
        assertThat(onDisk()).isEqualTo(membership.view());
        membership.judge("b", BackendState.DISAGREED, "too late");
        assertThat(membership.view().serves("b")).isTrue();
    }

    @Test
    void atTheFirstStartAllServeAndThatIsDurable() throws Exception {
        Membership membership = open("a", "b", "c");
        assertThat(membership.view().inService()).containsExactly("a", "b", "c");
        assertThat(onDisk()).isEqualTo(membership.view());
        assertThat(membership.epoch()).isEqualTo(1);
    }

    @Test
    void whoLeavesIsOutInTheFileWhenLeaveReturns() throws Exception {
        Membership membership = open("a", "b", "c");
        long number = membership.view().number();

        assertThat(membership.leave("b", BackendState.LOST, "cable", () -> {})).isTrue();
        assertThat(onDisk().standings().get("b").state()).isEqualTo(BackendState.LOST);
        assertThat(onDisk().standings().get("b").reason()).isEqualTo("cable");
        assertThat(onDisk().inService()).containsExactly("a", "c");

        assertThat(membership.leave("c", BackendState.DISAGREED, "outvoted", () -> {})).isTrue();
        assertThat(onDisk().inService()).containsExactly("a");
        assertThat(onDisk()).isEqualTo(membership.view());
        assertThat(onDisk().number()).isEqualTo(number + 2);
    }

    @Test
    void leavingTwiceKeepsTheFirstReason() throws Exception {
        Membership membership = open("a", "b");
        membership.leave("b", BackendState.LOST, "first", () -> {});
        View after = membership.view();
        assertThat(membership.leave("b", BackendState.DISAGREED, "second", () -> {})).isTrue();
        assertThat(membership.view()).isEqualTo(after);
        assertThat(onDisk()).isEqualTo(after);
    }

    @Test
    void theLastOneStaysHoweverSilentItIs() throws Exception {
        Membership membership = open("a", "b");
        membership.leave("a", BackendState.LOST, "gone", () -> {});
        assertThat(membership.leave("b", BackendState.LOST, "gone too", () -> {})).isFalse();
        assertThat(membership.leave("b", BackendState.DISABLED, "operator", () -> {})).isFalse();
        assertThat(membership.view().inService()).containsExactly("b");
        assertThat(onDisk().inService()).containsExactly("b");
    }

    @Test
    void ofTwoLostAtTheSameMomentExactlyOneStays() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 50; round++) {
                Files.deleteIfExists(file.path());
                Membership membership = open("a", "b");
                CyclicBarrier together = new CyclicBarrier(2);
                Future<Boolean> a = threads.submit(leaving(membership, "a", together));
                Future<Boolean> b = threads.submit(leaving(membership, "b", together));
                assertThat(a.get()).isNotEqualTo(b.get());
                assertThat(membership.view().inService()).containsExactly(a.get() ? "b" : "a");
                assertThat(onDisk()).isEqualTo(membership.view());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Callable<Boolean> leaving(
            Membership membership, String name, CyclicBarrier together) {
        return () -> {
            together.await();
            return membership.leave(name, BackendState.LOST, "no answer", () -> {});
        };
    }

    @Test
    void eachOfManyLeavingAtOnceFindsItselfOnDisk() throws Exception {
        String[] names = IntStream.range(0, 9).mapToObj(i -> "b" + i).toArray(String[]::new);
        Membership membership = open(names);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            CyclicBarrier together = new CyclicBarrier(8);
            List<Future<View>> seen = new ArrayList<>();
            for (int i = 1; i < names.length; i++) {
                Callable<Boolean> leave = leaving(membership, names[i], together);
                seen.add(
                        threads.submit(
                                () -> {
                                    leave.call();
                                    return onDisk();
                                }));
            }
            for (int i = 1; i < names.length; i++) {
                assertThat(seen.get(i - 1).get().serves(names[i])).as(names[i]).isFalse();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(onDisk().inService()).containsExactly("b0");
    }

    @Test
    void whoLeftStaysOutAfterARestart() throws Exception {
        Membership before = open("a", "b");
        before.leave("b", BackendState.LOST, "killed", () -> {});
        View.Standing standing = before.view().standings().get("b");

        Membership after = open("a", "b");
        assertThat(after.view().inService()).containsExactly("a");
        assertThat(after.view().standings().get("b")).isEqualTo(standing);
        assertThat(after.epoch()).isEqualTo(before.epoch() + 1);
        assertThat(after.view().number()).isGreaterThan(before.view().number());
        assertThat(file.read().orElseThrow().epoch()).isEqualTo(after.epoch());
    }

    @Test
    void aBackendDeclaredLaterStaysOutForItsContentsAreUnknown() throws Exception {
        open("a", "b");
        Membership after = open("a", "b", "new");
        assertThat(after.view().inService()).containsExactly("a", "b");
        assertThat(after.view().standings().get("new").state()).isEqualTo(BackendState.DISABLED);
    }

    @Test
    void aBackendTakenOutOfTheFileAndPutBackDoesNotServe() throws Exception {
        open("a", "b");
        open("a");
        assertThat(open("a", "b").view().inService()).containsExactly("a");
    }

    @Test
    void whoMayNotServeAtTheStartIsOutInTheFirstView() throws Exception {
        View.Standing lost = new View.Standing(BackendState.LOST, "not reachable", 3);
        Membership membership = open(Map.of("b", lost), "a", "b");
        assertThat(membership.view().inService()).containsExactly("a");
        assertThat(onDisk().standings().get("b")).isEqualTo(lost);
    }

    @Test
    void aDamagedFileStopsTheStartAndIsLeftAsItIs() throws Exception {
        open("a", "b").leave("b", BackendState.LOST, "killed", () -> {});
        Files.writeString(file.path(), "{\"format\": 1");
        assertThatThrownBy(() -> open("a", "b")).hasMessageContaining("is damaged");
        assertThat(Files.readString(file.path())).isEqualTo("{\"format\": 1");
    }

    @Test
    void whatCannotBeMadeDurableIsNeverReportedAsDone() throws Exception {
        Membership membership = open("a", "b", "c");
        Files.delete(file.path());
        Files.delete(directory); // so that the next write fails

        assertThatThrownBy(() -> membership.leave("b", BackendState.LOST, "x", () -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not durable");
        assertThat(membership.failure()).isPresent();
        assertThat(membership.view().serves("b")).as("nothing new is sent to it").isFalse();

        Files.createDirectory(directory);
        assertThatThrownBy(() -> membership.leave("c", BackendState.LOST, "y", () -> {}))
                .as("a disk that failed once is not trusted again")
                .isInstanceOf(IOException.class);
        assertThat(file.path()).doesNotExist();
    }
}
