package io.lockstep.tests.divergence.workload;

import io.lockstep.tests.harness.database.Engine;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Money moves between accounts in transactions that touch them in any order, so that they deadlock.
 * No total may ever be seen but the first.
 */
final class BankTransfers implements Workload {
    private static final int ACCOUNTS = 16;
    private static final int BALANCE = 1000;

    /** One statement sees one state of the data; Derby reads row by row. */
    private final boolean statementsSeeOneState;

    BankTransfers(Spelling spelling) {
        statementsSeeOneState = !spelling.has(Engine.DERBY);
    }

    @Override
    public List<String> schema() {
        List<String> all = new ArrayList<>();
        all.add(
                "CREATE TABLE accounts (id INT NOT NULL PRIMARY KEY, name VARCHAR(10) NOT NULL, balance INT NOT NULL, CONSTRAINT accounts_name UNIQUE (name))");
        for (int id = 0; id < ACCOUNTS; id++) {
            all.add("INSERT INTO accounts VALUES (%d, 'n%d', %d)".formatted(id, id, BALANCE));
        }
        return all;
    }

    @Override
    public void step(ClientSession session) throws SQLException {
        switch (session.below(6)) {
            case 0 -> {
                if (statementsSeeOneState) {
                    requireTotal(session, "in a statement of its own");
                }
            }
            case 1 -> {
                session.begin(Connection.TRANSACTION_REPEATABLE_READ);
                requireTotal(session, "at REPEATABLE READ");
                requireTotal(session, "at REPEATABLE READ, again");
                session.commit();
            }
            default -> transfer(session);
        }
    }

    private void transfer(ClientSession session) throws SQLException {
        List<Integer> accounts = new ArrayList<>();
        for (int id = 0; id < ACCOUNTS; id++) {
            accounts.add(id);
        }
        Collections.shuffle(accounts, session.random());
        int parts = 1 + session.below(3);
        session.begin();
        change(session, accounts.get(0), -parts);
        for (int i = 1; i <= parts; i++) {
            change(session, accounts.get(i), 1);
        }
        if (session.onceIn(8)) {
            session.rollback();
        } else {
            session.commit();
        }
    }

    private static void change(ClientSession session, int account, int amount) throws SQLException {
        int changed =
                session.onceIn(12)
                        ? session.update(
                                "UPDATE accounts SET balance = balance + ? WHERE name = ?",
                                amount,
                                "n" + account)
                        : session.update(
                                "UPDATE accounts SET balance = balance + ? WHERE id = ?",
                                amount,
                                account);
        if (changed != 1) {
            throw new AssertionError("account " + account + " is gone");
        }
    }

    private static void requireTotal(ClientSession session, String how) throws SQLException {
        long total = session.number("SELECT SUM(balance) FROM accounts").orElse(0);
        if (total != (long) ACCOUNTS * BALANCE) {
            throw new AssertionError("the accounts hold " + total + ", read " + how);
        }
    }

    @Override
    public void verify(Evidence evidence) throws SQLException {
        long total = evidence.number("SELECT SUM(balance) FROM accounts");
        if (total != (long) ACCOUNTS * BALANCE) {
            throw new AssertionError("the accounts hold " + total);
        }
    }
}
