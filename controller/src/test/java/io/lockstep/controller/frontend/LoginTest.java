package io.lockstep.controller.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.controller.session.SessionRefusedException;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.ScramClient;
import io.lockstep.protocol.SqlState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginTest extends ListenerFixture {
    @Test
    void aClientIsWelcomedWithWhatItNeedsToKnow() throws Exception {
        try (TestClient client = TestClient.open(listener)) {
            Response.Welcome welcome = client.welcome();
            assertThat(welcome.version()).isEqualTo(Protocol.VERSION_MAX);
            assertThat(welcome.controllerVersion()).isEqualTo("0.1-test");
            assertThat(welcome.productName()).isEqualTo("TestDB");
            assertThat(welcome.isolation()).isEqualTo(2);
            assertThat(welcome.schema()).isEqualTo("public");
            assertThat(welcome.catalog()).isNull();
            assertThat(sessions.only().start.user()).isEqualTo("app");
            assertThat(sessions.only().start.sessionId()).isEqualTo(welcome.sessionId());
            assertThat(listener.sessions()).hasSize(1);
        }
    }

    @Test
    void wrongPasswordUserAndDatabaseAreRefusedInTheSameWords() throws Exception {
        for (String[] login :
                List.of(
                        new String[] {"shop", "app", "wrong"},
                        new String[] {"shop", "nobody", "secret"},
                        new String[] {"other", "app", "secret"})) {
            try (TestClient client = new TestClient(listener.address())) {
                Response response = client.login(login[0], login[1], login[2]);
                assertThat(((Response.Failed) response).error().sqlState()).isEqualTo("08004");
                assertThat(((Response.Failed) response).error().message())
                        .isEqualTo(
                                "Login refused: there is no virtual database '%s' with a user '%s' and this password"
                                        .formatted(login[0], login[1]));
                expectEnd(client);
            }
        }
        assertThat(sessions.opened).isEmpty();
    }

    @Test
    void aClientOfOtherVersionsIsToldWhichAreSpokenHere() throws Exception {
        try (TestClient client = new TestClient(listener.address())) {
            client.send(
                    new Request.Hello(Protocol.MAGIC, 7, 9, 0, "shop", "app", "", "n,,n=app,r=x"));
            expectFatal(client, SqlState.LOGIN_REFUSED, "versions 7 to 9, this controller 2 to 2");
        }
    }

    @Test
    void aNewerClientThatStillSpeaksThisVersionIsServed() throws Exception {
        try (TestClient client = new TestClient(listener.address())) {
            ScramClient scram = new ScramClient("app", "secret");
            client.send(
                    new Request.Hello(
                            Protocol.MAGIC, 1, 9, -1, "shop", "app", "", scram.clientFirst()));
            Response.Challenge challenge = (Response.Challenge) client.receive();
            client.send(new Request.ScramFinal(scram.clientFinal(challenge.scramServerFirst())));
            Response.Welcome welcome = (Response.Welcome) client.receive();
            assertThat(welcome.version()).isEqualTo(Protocol.VERSION_MAX);
            assertThat(welcome.features()).isZero();
        }
    }

    @Test
    void aSlowLoginIsEnded() throws Exception {
        restart(
                o ->
                        new ListenerOptions(
                                o.address(),
                                o.sessionsMax(),
                                Duration.ofMillis(200),
                                o.valueBytesMax(),
                                o.sessionValueBytesMax(),
                                o.spillDirectory(),
                                o.controllerVersion(),
                                o.tls(),
                                o.sessionIds()));
        try (TestClient client = new TestClient(listener.address())) {
            expectFatal(client, SqlState.LOGIN_REFUSED, "took longer");
        }
    }

    @Test
    void aRefusalOfTheSessionReachesTheClient() throws Exception {
        sessions.refusal =
                new SessionRefusedException(SqlState.NO_BACKEND, "No backend is enabled");
        try (TestClient client = new TestClient(listener.address())) {
            Response response = client.login("shop", "app", "secret");
            assertThat(((Response.Failed) response).error().sqlState()).isEqualTo("57P03");
            expectEnd(client);
        }
    }

    @Test
    void oneClientTooManyIsToldSoAndOthersGoOn() throws Exception {
        restart(
                o ->
                        new ListenerOptions(
                                o.address(),
                                2,
                                o.loginTimeout(),
                                o.valueBytesMax(),
                                o.sessionValueBytesMax(),
                                o.spillDirectory(),
                                o.controllerVersion(),
                                o.tls(),
                                o.sessionIds()));
        try (TestClient first = TestClient.open(listener);
                TestClient second = TestClient.open(listener);
                TestClient third = new TestClient(listener.address())) {
            third.send(TestClient.hello("shop", "app", new ScramClient("app", "secret")));
            expectFatal(third, SqlState.TOO_MANY_CONNECTIONS, "2 sessions");
            assertThat(first.call(new Request.Ping())).isInstanceOf(Response.Done.class);
            assertThat(second.call(new Request.Ping())).isInstanceOf(Response.Done.class);
        }
    }

    @Test
    void aPortInUseIsSaidClearly() {
        assertThatThrownBy(
                        () -> start(o -> ListenerOptions.of(listener.address(), directory, "x", 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot listen for clients on")
                .hasMessageContaining(String.valueOf(listener.address().getPort()))
                .hasMessageContaining("'listen'");
    }

    @Test
    void twoHundredIdleSessionsAreServed() throws Exception {
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                clients.add(TestClient.open(listener));
            }
            for (TestClient client : clients) {
                assertThat(client.call(new Request.Ping())).isInstanceOf(Response.Done.class);
            }
            assertThat(listener.sessions()).hasSize(200);
        } finally {
            for (TestClient client : clients) {
                client.close();
            }
        }
        for (FakeSessions.Fake session : sessions.opened) {
            awaitLatch(session.gone);
        }
    }
}
