package io.lockstep.driver.settings;

import java.sql.SQLNonTransientException;

/** The URL or a property cannot be used; nothing was connected. The message says which and why. */
public final class InvalidSettingException extends SQLNonTransientException {
    private static final long serialVersionUID = 1;

    /** The standard's "invalid parameter value". */
    private static final String INVALID_PARAMETER_VALUE = "22023";

    InvalidSettingException(String message) {
        super(message, INVALID_PARAMETER_VALUE);
    }
}
