package io.lockstep.controller.frontend;

import io.lockstep.controller.session.Greeting;
import io.lockstep.controller.session.Replies;
import io.lockstep.controller.session.SessionFactory;
import io.lockstep.controller.session.SessionHandler;
import io.lockstep.controller.session.SessionRefusedException;
import io.lockstep.controller.session.SessionStart;
import io.lockstep.protocol.ErrorDetail;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.SqlState;
import io.lockstep.protocol.TransactionStatus;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Sessions whose requests do what the test says; by default everything is answered with DONE. */
final class FakeSessions implements SessionFactory {
    final List<Fake> opened = new CopyOnWriteArrayList<>();
    volatile BiConsumer<Fake, Request> behaviour = Fake::answer;
    volatile SessionRefusedException refusal;

    @Override
    public SessionHandler open(SessionStart start) throws SessionRefusedException {
        if (refusal != null) {
            throw refusal;
        }
        Fake fake = new Fake(start);
        opened.add(fake);
        return fake;
    }

    Fake only() {
        return opened.get(0);
    }

    final class Fake implements SessionHandler {
        final SessionStart start;
        final List<Request> requests = new CopyOnWriteArrayList<>();
        final CountDownLatch cancelled = new CountDownLatch(1);
        final CountDownLatch vanished = new CountDownLatch(1);
        final CountDownLatch gone = new CountDownLatch(1);
        volatile Replies replies;

        Fake(SessionStart start) {
            this.start = start;
        }

        @Override
        public Greeting greeting() {
            return new Greeting("TestDB", "1.0", 2, "public", null, false);
        }

        @Override
        public void handle(Request request, Replies to) {
            replies = to;
            requests.add(request);
            behaviour.accept(this, request);
        }

        @Override
        public void refuse(Request request, ErrorDetail why, Replies to) {
            to.finish(new Response.Failed(TransactionStatus.IDLE, false, why));
        }

        void answer(Request request) {
            if (request.hasReply()) {
                replies.finish(new Response.Done(TransactionStatus.IDLE));
            } else {
                replies.finish();
            }
        }

        void fail(SqlState state) {
            replies.finish(
                    new Response.Failed(
                            TransactionStatus.IDLE, false, ErrorDetail.of(state, state.name())));
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void clientVanished() {
            vanished.countDown();
        }

        @Override
        public void clientGone() {
            if (gone.getCount() == 0) {
                throw new IllegalStateException("told twice that the client is gone");
            }
            gone.countDown();
        }
    }

    /** Waits on the calling thread, as a JDBC call does. */
    static void block(CountDownLatch until) {
        try {
            if (!until.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing came for 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
