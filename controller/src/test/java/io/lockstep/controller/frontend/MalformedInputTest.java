package io.lockstep.controller.frontend;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.RequestTag;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ScramClient;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MalformedInputTest extends ListenerFixture {
    private static final byte PING = (byte) RequestTag.PING.code();

    @Test
    void anotherProtocolGetsOneError() throws Exception {
        try (TestClient client = new TestClient(listener.address())) {
            client.sendBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            expectFatal(client, SqlState.PROTOCOL_VIOLATION, "Protocol violation");
        }
    }

    @Test
    void anOversizeFrameIsRefusedAsSoonAsItsHeaderIsThere() throws Exception {
        try (TestClient client = TestClient.open(listener)) {
            client.sendBytes(new byte[] {PING, 0x7F, 0, 0, 0});
            expectFatal(client, SqlState.PROTOCOL_VIOLATION, "the most is 1048576");
            awaitLatch(sessions.only().gone);
        }
    }

    @Test
    void unknownTagsAndDamagedBodiesEndOnlyTheirOwnConnection() throws Exception {
        byte[][] bad = {
            {0, 0, 0, 0, 0},
            {(byte) 0xFF, 0, 0, 0, 0},
            {PING, 0, 0, 0, 1, 7},
            {(byte) RequestTag.EXECUTE.code(), 0, 0, 0, 2, 1, 2},
            {(byte) RequestTag.PREPARE.code(), 0, 0, 0, 6, 0, 0, 0, 1, 9, 0},
            {(byte) RequestTag.SCRAM_FINAL.code(), 0, 0, 0, 4, 0, 0, 0, 0},
            {(byte) RequestTag.HELLO.code(), 0, 0, 0, 0},
        };
        try (TestClient bystander = TestClient.open(listener)) {
            for (byte[] bytes : bad) {
                try (TestClient client = TestClient.open(listener)) {
                    client.sendBytes(bytes);
                    expectFatal(client, SqlState.PROTOCOL_VIOLATION, "Protocol violation");
                }
            }
            assertThat(bystander.call(new Request.Ping())).isInstanceOf(Response.Done.class);
        }
    }

    @Test
    void requestsBeforeTheLoginAreRefused() throws Exception {
        try (TestClient client = new TestClient(listener.address())) {
            client.send(new Request.Ping());
            expectFatal(client, SqlState.PROTOCOL_VIOLATION, "PING before HELLO");
        }
        try (TestClient client = new TestClient(listener.address())) {
            client.send(TestClient.hello("shop", "app", new ScramClient("app", "x")));
            assertThat(client.receive()).isInstanceOf(Response.Challenge.class);
            client.send(new Request.Commit(1));
            expectFatal(client, SqlState.PROTOCOL_VIOLATION, "COMMIT in the middle of the login");
        }
    }

    @Test
    void randomBytesNeverHurtAnybodyElse() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestClient bystander = TestClient.open(listener)) {
            for (int i = 0; i < 100; i++) {
                try (TestClient client = new TestClient(listener.address())) {
                    byte[] bytes = new byte[random.nextInt(1, 2000)];
                    random.nextBytes(bytes);
                    bytes[0] = (byte) random.nextInt(30);
                    bytes[1 % bytes.length] = 0;
                    client.sendBytes(bytes);
                }
            }
            assertThat(bystander.call(new Request.Ping()))
                    .as("seed %d", seed)
                    .isInstanceOf(Response.Done.class);
        }
    }

    @Test
    void aBugInAHandlerEndsOnlyThatSession() throws Exception {
        sessions.behaviour =
                (fake, request) -> {
                    if (request instanceof Request.Commit) {
                        throw new IllegalArgumentException("bug");
                    }
                    fake.answer(request);
                };
        try (TestClient bystander = TestClient.open(listener);
                TestClient client = TestClient.open(listener)) {
            client.send(new Request.Commit(1));
            expectFatal(client, SqlState.INTERNAL_ERROR, "bug");
            awaitLatch(sessions.opened.get(1).gone);
            assertThat(bystander.call(new Request.Ping())).isInstanceOf(Response.Done.class);
        }
    }

    @Test
    void aFatalReplyOfTheHandlerEndsTheSessionAfterItWasRead() throws Exception {
        sessions.behaviour =
                (fake, request) ->
                        fake.replies.finishAndClose(
                                new Response.Failed(
                                        TransactionStatus.IDLE,
                                        true,
                                        ErrorDetail.of(
                                                SqlState.NO_BACKEND, "the last backend is gone")));
        try (TestClient client = TestClient.open(listener)) {
            client.send(new Request.Ping(), new Request.Ping(), new Request.Ping());
            expectFatal(client, SqlState.NO_BACKEND, "last backend");
            assertThat(sessions.only().requests).hasSize(1);
        }
    }

    @Test
    void anErrorIsNotLostBehindBytesTheControllerHasNotRead() throws Exception {
        try (TestClient client = TestClient.open(listener)) {
            byte[] much = new byte[500_000];
            much[0] = (byte) 0xEE;
            client.sendBytes(much);
            expectFatal(client, SqlState.PROTOCOL_VIOLATION, "0xEE");
        }
    }

    @Test
    void halfAFrameAndThenNothingIsAVanishedClient() throws Exception {
        try (TestClient client = TestClient.open(listener)) {
            client.sendBytes(new byte[] {PING, 0, 0});
        }
        awaitLatch(sessions.only().gone);
    }
}
