package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import java.sql.SQLException;
import java.sql.Wrapper;

/** unwrap and isWrapperFor for objects that wrap nothing but themselves. */
interface JdbcWrapper extends Wrapper {
    @Override
    default <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw Failures.invalidArgument(
                getClass().getSimpleName() + " is not a wrapper for " + type.getName());
    }

    @Override
    default boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this);
    }
}
