package io.lockstep.protocol;

import java.util.Collections;
import java.util.List;

/**
 * A SQL ARRAY.
 *
 * @param elementType the backend's name of the elements' type, such as {@code int4}
 * @param elementJdbcType the elements' type as in java.sql.Types
 * @param elements values as in a row; null is SQL NULL, an ArrayValue a further dimension. Not
 *     copied
 */
public record ArrayValue(String elementType, int elementJdbcType, List<Object> elements) {
    public ArrayValue {
        elements = Collections.unmodifiableList(elements);
    }
}
