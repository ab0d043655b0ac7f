package io.lockstep.backends.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * A cancel that hits the BEGIN which pgjdbc sends ahead of a transaction's first statement would
 * make that statement commit by itself, on one database only.
 */
class PostgresCancelTest {
    private final List<String> calls = new ArrayList<>();

    @Test
    void waitsUntilBeginIsConfirmed() throws Exception {
        BaseConnection connection =
                connection(
                        false,
                        TransactionState.IDLE,
                        TransactionState.IDLE,
                        TransactionState.IDLE,
                        TransactionState.OPEN);
        assertThat(PostgresControl.INSTANCE.cancel(connection, statement())).isTrue();
        assertThat(calls).containsExactly("IDLE", "IDLE", "IDLE", "OPEN", "cancel");
    }

    @Test
    void cutsTheConnectionWhenBeginStaysUnconfirmed() throws Exception {
        BaseConnection connection = connection(false, TransactionState.IDLE);
        assertThat(PostgresControl.INSTANCE.cancel(connection, statement())).isFalse();
        assertThat(calls).doesNotContain("cancel").endsWith("abort");
    }

    @Test
    void cancelsAtOnceInAutoCommit() throws Exception {
        BaseConnection connection = connection(true, TransactionState.IDLE);
        assertThat(PostgresControl.INSTANCE.cancel(connection, statement())).isTrue();
        assertThat(calls).containsExactly("cancel");
    }

    /** In these states one after the other, and in the last for good. */
    private BaseConnection connection(boolean autoCommit, TransactionState... states) {
        Iterator<TransactionState> next =
                Stream.concat(Stream.of(states), Stream.generate(() -> states[states.length - 1]))
                        .iterator();
        return (BaseConnection)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {BaseConnection.class},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getAutoCommit" -> autoCommit;
                                    case "getTransactionState" -> {
                                        TransactionState state = next.next();
                                        calls.add(state.toString());
                                        yield state;
                                    }
                                    case "abort" -> {
                                        calls.add("abort");
                                        yield null;
                                    }
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.toString());
                                });
    }

    private Statement statement() {
        return (Statement)
                Proxy.newProxyInstance(
                        getClass().getClassLoader(),
                        new Class<?>[] {Statement.class},
                        (proxy, method, arguments) -> {
                            calls.add(method.getName());
                            return null;
                        });
    }
}
