package io.lockstep.tests.divergence.workload;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A message store: messages, acknowledgements of durable subscribers, and the clean-up DELETE. */
final class BrokerCleanUp implements Workload {
    private static final int PRIORITIES = 2;
    private static final int SUBSCRIBERS = 3;

    private static final String CLEAN_UP =
            "DELETE FROM stored_msgs WHERE (PRIORITY=? AND ID <= (SELECT min(stored_acks.LAST_ACKED_ID) FROM stored_acks"
                    + " WHERE stored_acks.CONTAINER=stored_msgs.CONTAINER AND stored_acks.PRIORITY=?))";

    private final Numbers ids;
    private final Ledger messages = new Ledger("messages");

    BrokerCleanUp(Numbers numbers) {
        this.ids = numbers;
    }

    @Override
    public List<String> schema() {
        List<String> all = new ArrayList<>();
        all.add(
                "CREATE TABLE stored_msgs (ID BIGINT NOT NULL, CONTAINER VARCHAR(100) NOT NULL, PRIORITY BIGINT, MSG VARCHAR(100), XID VARCHAR(50), PRIMARY KEY (ID))");
        all.add(
                "CREATE TABLE stored_acks (CONTAINER VARCHAR(100) NOT NULL, CLIENT_ID VARCHAR(50) NOT NULL, SUB_NAME VARCHAR(50) NOT NULL, PRIORITY BIGINT DEFAULT 5 NOT NULL, LAST_ACKED_ID BIGINT, PRIMARY KEY (CONTAINER, CLIENT_ID, SUB_NAME, PRIORITY))");
        for (int subscriber = 0; subscriber < SUBSCRIBERS; subscriber++) {
            for (int priority = 0; priority < PRIORITIES; priority++) {
                all.add(
                        "INSERT INTO stored_acks VALUES ('topic', 'c%d', 's', %d, 0)"
                                .formatted(subscriber, priority));
            }
        }
        return all;
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        switch (session.below(8)) {
            case 0 -> {
                int priority = session.below(PRIORITIES);
                messages.enterCount(
                        -1, Integer.MAX_VALUE, () -> session.update(CLEAN_UP, priority, priority));
            }
            case 1, 2, 3 -> acknowledge(session);
            case 4 -> {
                session.begin();
                send(session);
                send(session);
                acknowledge(session);
                session.finish(messages, 2);
            }
            default -> messages.enter(1, () -> send(session));
        }
    }

    private void send(ClientSession session) throws SQLException {
        session.update(
                "INSERT INTO stored_msgs(ID, CONTAINER, PRIORITY, MSG) VALUES (?,?,?,?)",
                (long) ids.next(),
                "topic",
                session.below(PRIORITIES),
                "text");
    }

    private void acknowledge(ClientSession session) throws SQLException {
        session.update(
                "UPDATE stored_acks SET LAST_ACKED_ID=? WHERE CONTAINER=? AND CLIENT_ID=? AND SUB_NAME=? AND PRIORITY=?",
                (long) ids.last(),
                "topic",
                "c" + session.below(SUBSCRIBERS),
                "s",
                session.below(PRIORITIES));
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        messages.check(evidence, "SELECT COUNT(*) FROM stored_msgs");
    }
}
