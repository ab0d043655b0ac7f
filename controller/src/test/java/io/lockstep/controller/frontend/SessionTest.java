package io.lockstep.controller.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lockstep.protocol.ColumnDescription;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.LargeValue;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.RowDescription;
import io.lockstep.protocol.RowsReader;
import io.lockstep.protocol.RowsWriter;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SessionTest extends ListenerFixture {
    private static final ExecuteOptions OPTIONS = new ExecuteOptions(1, 0, 0, 0, 0);
    private static final RowDescription COLUMNS =
            new RowDescription(
                    List.of(
                            ColumnDescription.computed("N", 4, "INTEGER", "java.lang.Integer"),
                            ColumnDescription.computed("T", 12, "VARCHAR", "java.lang.String")));

    @Test
    void pipelinedRequestsAreHandledInOrder() throws Exception {
        try (TestClient client = TestClient.open(listener)) {
            Request[] sent = {
                new Request.SetOptions(false, 2, false, null, null),
                new Request.Prepare(1, "select 1", GeneratedKeys.NONE),
                new Request.Execute(1, OPTIONS, List.of(1)),
                new Request.CloseStatement(1),
                new Request.Commit(1),
            };
            client.send(sent);
            assertThat(client.receive()).isInstanceOf(Response.Done.class);
            assertThat(client.receive()).isInstanceOf(Response.Done.class);
            assertThat(sessions.only().requests).containsExactly(sent);
        }
    }

    @Test
    void aRequestThatWaitsHoldsBackThoseBehindItButNotTheLoop() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    if (request instanceof Request.Execute) {
                        waiting.countDown();
                    } else {
                        fake.answer(request);
                    }
                };
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Execute(1, OPTIONS, List.of()), new Request.Commit(1));
            awaitLatch(waiting);
            FakeSessions.Fake session = sessions.only();
            CountDownLatch ranOnLoop = new CountDownLatch(1);
            session.start.loop().execute(ranOnLoop::countDown);
            awaitLatch(ranOnLoop);
            assertThat(session.requests).hasSize(1);
            session.start.loop().execute(() -> session.fail(SqlState.LOCK_NOT_AVAILABLE));
            assertThat(((Response.Failed) client.receive()).error().sqlState()).isEqualTo("55P03");
            assertThat(client.receive()).isInstanceOf(Response.Done.class);
        }
    }

    @Test
    void aClientThatVanishesWhileWaitingIsNoticedAtOnce() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        sessions.behaviour = (fake, request) -> waiting.countDown();
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Execute(1, OPTIONS, List.of()));
            awaitLatch(waiting);
        }
        awaitLatch(sessions.only().gone);
        // A lock granted too late: accepted and without effect.
        sessions.only().start.loop().execute(() -> sessions.only().fail(SqlState.ROLLED_BACK));
        assertThat(listener.sessions()).isEmpty();
    }

    @Test
    void aClientThatVanishesWhileItsSessionIsBlockedIsNoticed() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    blocked.countDown();
                    FakeSessions.block(fake.vanished);
                    fake.fail(SqlState.QUERY_CANCELED);
                };
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Execute(1, OPTIONS, List.of()), new Request.Commit(1));
            awaitLatch(blocked);
        }
        awaitLatch(sessions.only().vanished);
        awaitLatch(sessions.only().gone);
        assertThat(sessions.only().requests).hasSize(1);
    }

    @Test
    void aBusySessionWhoseClientIsThereIsLeftAlone() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    FakeSessions.block(goOn);
                    fake.answer(request);
                };
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Ping());
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> listener.sessions().get(0).busyFor().toMillis() > 350);
            assertThat(sessions.only().vanished.getCount()).isEqualTo(1);
            goOn.countDown();
            assertThat(client.receive()).isInstanceOf(Response.Done.class);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> listener.sessions().get(0).busyFor().isZero());
        }
    }

    @Test
    void cancelReachesABlockedSessionOnlyWithItsSecret() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    blocked.countDown();
                    FakeSessions.block(fake.cancelled);
                    fake.fail(SqlState.QUERY_CANCELED);
                };
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Execute(1, OPTIONS, List.of()));
            awaitLatch(blocked);
            long id = client.welcome().sessionId();
            cancel(id, client.welcome().secret() + 1);
            cancel(id + 1, client.welcome().secret());
            assertThat(sessions.only().cancelled.getCount()).isEqualTo(1);
            cancel(id, client.welcome().secret());
            assertThat(((Response.Failed) client.receive()).error().sqlState()).isEqualTo("57014");
        }
    }

    private void cancel(long sessionId, long secret) throws IOException {
        try (TestClient canceller = new TestClient(listener.address())) {
            canceller.send(new Request.Cancel(sessionId, secret));
            expectEnd(canceller);
        }
    }

    @Test
    void aKilledSessionIsCancelledAndTold() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    blocked.countDown();
                    FakeSessions.block(fake.cancelled);
                    fake.fail(SqlState.QUERY_CANCELED);
                };
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Execute(1, OPTIONS, List.of()));
            awaitLatch(blocked);
            assertThat(listener.kill(client.welcome().sessionId())).isTrue();
            expectFatal(client, SqlState.ADMIN_SHUTDOWN, "administrator");
            assertThat(listener.kill(client.welcome().sessionId())).isFalse();
        }
    }

    @Test
    void closingLetsRunningRequestsFinishAndTellsEverybody() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    blocked.countDown();
                    FakeSessions.block(goOn);
                    fake.answer(request);
                };
        try (TestClient idle = TestClient.open(listener);
                TestClient busy = TestClient.open(listener)) {
            busy.send(new Request.Commit(1));
            awaitLatch(blocked);
            CompletableFuture<Void> closed =
                    CompletableFuture.runAsync(() -> listener.close(Duration.ofSeconds(40)));
            expectFatal(idle, SqlState.ADMIN_SHUTDOWN, "shutting down");
            goOn.countDown();
            assertThat(busy.receive()).isInstanceOf(Response.Done.class);
            expectFatal(busy, SqlState.ADMIN_SHUTDOWN, "shutting down");
            closed.join();
        }
        for (FakeSessions.Fake session : sessions.opened) {
            awaitLatch(session.gone);
        }
    }

    @Test
    void closingCancelsWhatDoesNotFinish() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    blocked.countDown();
                    FakeSessions.block(fake.cancelled);
                    fake.fail(SqlState.QUERY_CANCELED);
                };
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Commit(1));
            awaitLatch(blocked);
            listener.close(Duration.ofMillis(500));
            awaitLatch(sessions.only().gone);
        }
    }

    @Test
    void terminateEndsTheSession() throws Exception {
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Terminate());
            expectEnd(client);
            awaitLatch(sessions.only().gone);
        }
    }

    @Test
    void aFloodOfRequestsBehindAWaitingOneIsHeldInTheSocket() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        sessions.behaviour =
                (fake, request) -> {
                    if (waiting.getCount() > 0) {
                        waiting.countDown();
                    } else {
                        fake.answer(request);
                    }
                };
        String text = "x".repeat(50_000);
        int flood = 400;
        try (TestClient client = TestClient.open(listener)) {
            CompletableFuture<Void> sender =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    for (int i = 0; i < flood; i++) {
                                        client.send(new Request.Execute(i, OPTIONS, List.of(text)));
                                    }
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            });
            awaitLatch(waiting);
            FakeSessions.Fake session = sessions.only();
            session.start.loop().execute(() -> session.answer(session.requests.get(0)));
            for (int i = 0; i < flood; i++) {
                assertThat(client.receive()).isInstanceOf(Response.Done.class);
            }
            sender.join();
            for (int i = 0; i < flood; i++) {
                assertThat(((Request.Execute) session.requests.get(i)).statementId()).isEqualTo(i);
            }
        }
    }

    @Test
    void largeParametersArriveAndTheirFilesAreDeleted() throws Exception {
        byte[] big = new byte[5_000_000];
        new Random(7).nextBytes(big);
        String text = "ä".repeat(400_000);
        List<Object> seen = new ArrayList<>();
        sessions.behaviour =
                (fake, request) -> {
                    if (request instanceof Request.Execute execute) {
                        LargeValue value = (LargeValue) execute.parameters().get(0);
                        assertThat(value.byteLength()).isEqualTo(big.length);
                        seen.add(read(value));
                        seen.add(read(value));
                        seen.add(execute.parameters().get(1));
                        seen.add(spillFiles());
                    }
                    fake.answer(request);
                };
        try (TestClient client = TestClient.open(listener)) {
            assertThat(client.call(new Request.Execute(1, OPTIONS, List.of(big, text))))
                    .isInstanceOf(Response.Done.class);
            assertThat((byte[]) seen.get(0)).isEqualTo(big);
            assertThat((byte[]) seen.get(1)).isEqualTo(big);
            assertThat(seen.get(2)).isEqualTo(text);
            assertThat(seen.get(3)).isEqualTo(1L);
            assertThat(client.call(new Request.Ping())).isInstanceOf(Response.Done.class);
            assertThat(spillFiles()).isZero();
        }
    }

    @Test
    void theFileOfAClientThatVanishesIsDeleted() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        sessions.behaviour = (fake, request) -> waiting.countDown();
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Execute(1, OPTIONS, List.of(new byte[3_000_000])));
            awaitLatch(waiting);
            assertThat(spillFiles()).isEqualTo(1);
        }
        awaitLatch(sessions.only().gone);
        await().atMost(Duration.ofSeconds(20)).until(() -> spillFiles() == 0);
    }

    @Test
    void aValueOverTheLimitIsRefused() throws Exception {
        restart(
                o ->
                        new ListenerOptions(
                                o.address(),
                                o.sessionsMax(),
                                o.loginTimeout(),
                                1_000_000,
                                2_000_000,
                                o.spillDirectory(),
                                o.controllerVersion(),
                                o.tls(),
                                o.sessionIds()));
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Execute(1, OPTIONS, List.of(new byte[1_000_001])));
            Response.Failed refused = (Response.Failed) client.receive();
            assertThat(refused.fatal()).isFalse();
            assertThat(refused.error().sqlState())
                    .isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED.code());
            assertThat(refused.error().message()).contains("more than 1000000 bytes");

            sessions.behaviour = (fake, request) -> fake.answer(request);
            client.send(new Request.Execute(1, OPTIONS, List.of(new byte[900_000])));
            assertThat(client.receive()).isInstanceOf(Response.Done.class);
        }
        assertThat(sessions.only().requests).hasSize(1);
        assertThat(spillFiles()).isZero();
    }

    @Test
    void leftoversOfAKilledControllerAreDeletedAtStart() throws Exception {
        Path leftover = directory.resolve("spill").resolve("value-123.tmp");
        Files.writeString(leftover, "x");
        restart(o -> o);
        assertThat(leftover).doesNotExist();
    }

    @Test
    void rowsWithLargeValuesReachTheClientInOrder() throws Exception {
        String large = "z".repeat(700_000);
        sessions.behaviour =
                (fake, request) -> {
                    fake.replies.add(
                            new Response.UpdateCount(TransactionStatus.IDLE, true, 5, null));
                    RowsWriter rows = fake.replies.rows();
                    rows.begin(COLUMNS);
                    try {
                        for (int i = 0; i < 3; i++) {
                            rows.values().writeInt(i);
                            rows.values().writeString(large + i);
                            rows.endRow();
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    rows.end(true, 0, TransactionStatus.IDLE);
                    fake.replies.finish();
                };
        try (TestClient client = TestClient.open(listener)) {
            Response.UpdateCount count =
                    (Response.UpdateCount) client.call(new Request.Describe(1));
            assertThat(count.resultFollows()).isTrue();
            Response.RowsDescribed reply = (Response.RowsDescribed) client.receive();
            RowsReader rows = reply.rowSet().rows().reader();
            for (int i = 0; i < 3; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.string(1)).isEqualTo(large + i);
            }
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void whatWasAddedCanBeTakenBack() throws Exception {
        sessions.behaviour =
                (fake, request) -> {
                    fake.replies.rows().begin(COLUMNS);
                    try {
                        fake.replies.rows().values().writeString("z".repeat(700_000));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    fake.replies.reset();
                    fake.fail(SqlState.ROLLED_BACK);
                };
        try (TestClient client = TestClient.open(listener)) {
            assertThat(client.call(new Request.Describe(1))).isInstanceOf(Response.Failed.class);
        }
    }

    @Test
    void aClientThatDoesNotReadIsNotServedFurther() throws Exception {
        String text = "y".repeat(100_000);
        sessions.behaviour =
                (fake, request) -> {
                    RowsWriter rows = fake.replies.rows();
                    rows.begin(1);
                    try {
                        rows.values().writeString(text);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    rows.endRow();
                    rows.end(false, 1, TransactionStatus.IDLE);
                    fake.replies.finish();
                };
        int fetches = 1000;
        try (TestClient client = TestClient.open(listener)) {
            Request[] all = new Request[fetches];
            Arrays.fill(all, new Request.Fetch(1, 1));
            client.send(all);
            await().atMost(Duration.ofSeconds(20)).until(() -> sessions.only().requests.size() > 3);
            // 100 MB asked for; the socket's buffers and the window of the connection take a few.
            await().during(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> sessions.only().requests.size() < 300);
            for (int i = 0; i < fetches; i++) {
                assertThat(client.receive()).isInstanceOf(Response.Rows.class);
            }
        }
    }

    private static byte[] read(LargeValue value) {
        try (InputStream in = value.openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long spillFiles() {
        try (Stream<Path> files = Files.list(directory.resolve("spill"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
