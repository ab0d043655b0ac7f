package io.lockstep.driver;

import io.lockstep.driver.errors.Failures;
import io.lockstep.protocol.ParameterDescription;
import java.sql.ParameterMetaData;
import java.sql.SQLException;
import java.util.List;

/** What a backend says of a statement's parameters. */
final class JdbcParameterMetaData implements ParameterMetaData, JdbcWrapper {
    private final List<ParameterDescription> parameters;

    JdbcParameterMetaData(List<ParameterDescription> parameters) {
        this.parameters = parameters;
    }

    private ParameterDescription parameter(int index) throws SQLException {
        if (index < 1 || index > parameters.size()) {
            throw Failures.invalidArgument(
                    "Parameter " + index + " of a statement with " + parameters.size());
        }
        return parameters.get(index - 1);
    }

    @Override
    public int getParameterCount() {
        return parameters.size();
    }

    @Override
    public int isNullable(int index) throws SQLException {
        return parameter(index).nullable();
    }

    @Override
    public boolean isSigned(int index) throws SQLException {
        return parameter(index).signed();
    }

    @Override
    public int getPrecision(int index) throws SQLException {
        return parameter(index).precision();
    }

    @Override
    public int getScale(int index) throws SQLException {
        return parameter(index).scale();
    }

    @Override
    public int getParameterType(int index) throws SQLException {
        return parameter(index).jdbcType();
    }

    @Override
    public String getParameterTypeName(int index) throws SQLException {
        return parameter(index).typeName();
    }

    @Override
    public String getParameterClassName(int index) throws SQLException {
        return parameter(index).className();
    }

    @Override
    public int getParameterMode(int index) throws SQLException {
        return parameter(index).mode();
    }
}
