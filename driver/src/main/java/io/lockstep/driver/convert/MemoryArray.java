package io.lockstep.driver.convert;

import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.ArrayValue;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A SQL ARRAY whose elements are in memory. */
public final class MemoryArray implements Array {
    private final ArrayValue value;
    private boolean freed;

    public MemoryArray(ArrayValue value) {
        this.value = value;
    }

    /**
     * An array of Java objects, to be used as a parameter.
     *
     * @param typeName the backend's name of the elements' type
     * @param elements any objects that could be parameters; nested arrays are further dimensions
     */
    public static MemoryArray of(String typeName, Object[] elements) throws SQLException {
        return new MemoryArray(toValue(typeName, elements == null ? new Object[0] : elements));
    }

    private static ArrayValue toValue(String typeName, Object[] elements) throws SQLException {
        List<Object> values = new ArrayList<>(elements.length);
        for (Object element : elements) {
            values.add(
                    element instanceof Object[] nested
                            ? toValue(typeName, nested)
                            : ParameterConversion.toWire(element));
        }
        return new ArrayValue(typeName, ArrayElementTypes.jdbcType(typeName), values);
    }

    /** What travels. */
    ArrayValue value() throws SQLException {
        if (freed) {
            throw LargeObjectPositions.freed("Array");
        }
        return value;
    }

    @Override
    public String getBaseTypeName() throws SQLException {
        return value().elementType();
    }

    @Override
    public int getBaseType() throws SQLException {
        return value().elementJdbcType();
    }

    @Override
    public Object getArray() throws SQLException {
        return toObjects(value());
    }

    @Override
    public Object getArray(long index, int count) throws SQLException {
        Object[] all = toObjects(value());
        if (index < 1 || count < 0 || index - 1 + count > all.length) {
            throw Failures.invalidArgument(
                    count + " elements from index " + index + " of an array of " + all.length);
        }
        return Arrays.copyOfRange(all, (int) index - 1, (int) index - 1 + count);
    }

    private static Object[] toObjects(ArrayValue array) throws SQLException {
        Class<?> elementClass = ArrayElementTypes.javaClass(array);
        Object[] objects =
                (Object[])
                        java.lang.reflect.Array.newInstance(elementClass, array.elements().size());
        for (int i = 0; i < objects.length; i++) {
            Object element = array.elements().get(i);
            objects[i] =
                    element instanceof ArrayValue nested
                            ? toObjects(nested)
                            : ObjectConversion.toDefault(element, array.elementJdbcType());
        }
        return objects;
    }

    @Override
    public Object getArray(Map<String, Class<?>> map) throws SQLException {
        requireEmpty(map);
        return getArray();
    }

    @Override
    public Object getArray(long index, int count, Map<String, Class<?>> map) throws SQLException {
        requireEmpty(map);
        return getArray(index, count);
    }

    private static void requireEmpty(Map<String, Class<?>> map) throws SQLException {
        if (map != null && !map.isEmpty()) {
            throw Failures.unsupported("A type map for arrays");
        }
    }

    @Override
    public ResultSet getResultSet() throws SQLException {
        throw noResultSet();
    }

    @Override
    public ResultSet getResultSet(Map<String, Class<?>> map) throws SQLException {
        throw noResultSet();
    }

    @Override
    public ResultSet getResultSet(long index, int count) throws SQLException {
        throw noResultSet();
    }

    @Override
    public ResultSet getResultSet(long index, int count, Map<String, Class<?>> map)
            throws SQLException {
        throw noResultSet();
    }

    private static SQLException noResultSet() {
        return Failures.unsupported("An array as a ResultSet; getArray() works");
    }

    @Override
    public void free() {
        freed = true;
    }

    /** For logs: {@code {1,2,3}}. */
    @Override
    public String toString() {
        return text(value);
    }

    /** As PostgreSQL and H2 would print it without quoting. */
    static String text(ArrayValue array) {
        StringBuilder text = new StringBuilder("{");
        for (Object element : array.elements()) {
            text.append(text.length() == 1 ? "" : ",")
                    .append(element instanceof ArrayValue nested ? text(nested) : element);
        }
        return text.append('}').toString();
    }
}
