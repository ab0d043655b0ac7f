package io.lockstep.controller.execution;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The few calls of a prepared statement that writes need. */
final class FakeStatement implements InvocationHandler {
    private final FakeConnection connection;
    private final String text;
    private final List<Object> values = new ArrayList<>();
    private final List<List<Object>> batch = new ArrayList<>();
    private Answer.Reply reply;
    private boolean further;

    private FakeStatement(FakeConnection connection, String text) {
        this.connection = connection;
        this.text = text;
    }

    static PreparedStatement of(FakeConnection connection, String text) {
        return proxy(PreparedStatement.class, new FakeStatement(connection, text));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws SQLException {
        return switch (method.getName()) {
            case "setString", "setLong", "setInt", "setBytes" -> {
                values.add(arguments[1]);
                yield null;
            }
            case "addBatch" -> {
                batch.add(List.copyOf(values));
                values.clear();
                yield null;
            }
            case "execute" -> {
                run(List.of(List.copyOf(values)));
                yield false;
            }
            case "executeUpdate" -> run(List.of(List.copyOf(values))).count(0);
            case "executeBatch" -> runBatch();
            case "getUpdateCount" -> further ? -1 : reply.count(0);
            case "getMoreResults" -> {
                further = true; // there is one result only
                yield false;
            }
            case "getGeneratedKeys" -> keys(reply.keys().iterator());
            case "toString" -> text;
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    private Answer.Reply run(List<List<Object>> rows) throws SQLException {
        reply = connection.execute(text, rows);
        further = false;
        values.clear();
        return reply;
    }

    private int[] runBatch() throws SQLException {
        int[] counts = new int[batch.size()];
        Answer.Reply counted = run(List.copyOf(batch));
        for (int i = 0; i < counts.length; i++) {
            counts[i] = counted.count(i);
        }
        batch.clear();
        return counts;
    }

    private static ResultSet keys(Iterator<Long> keys) {
        long[] current = new long[1];
        return proxy(
                ResultSet.class,
                (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "getMetaData" -> proxy(ResultSetMetaData.class, FakeStatement::id);
                            case "next" -> {
                                boolean more = keys.hasNext();
                                current[0] = more ? keys.next() : 0;
                                yield more;
                            }
                            case "getLong" -> current[0];
                            case "wasNull" -> false;
                            case "close" -> null;
                            default -> throw new UnsupportedOperationException(method.getName());
                        });
    }

    /** One column ID of type BIGINT. */
    private static Object id(Object proxy, Method method, Object[] arguments) {
        if (method.getReturnType() == String.class) {
            return method.getName().equals("getColumnClassName") ? "java.lang.Long" : "ID";
        }
        if (method.getReturnType() == boolean.class) {
            return true;
        }
        return switch (method.getName()) {
            case "getColumnCount" -> 1;
            case "getColumnType" -> Types.BIGINT;
            case "isNullable" -> ResultSetMetaData.columnNoNulls;
            default -> 19;
        };
    }
}
