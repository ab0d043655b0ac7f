package io.lockstep.backends.dialect;

import java.sql.SQLException;
import org.h2.api.ErrorCode;

/** H2's error codes; they say more than its SQLStates. */
final class H2Failures {
    private H2Failures() {}

    static FailureClass byCode(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case ErrorCode.DUPLICATE_KEY_1 -> FailureClass.DUPLICATE_KEY;
            case ErrorCode.REFERENTIAL_INTEGRITY_VIOLATED_PARENT_MISSING_1,
                    ErrorCode.REFERENTIAL_INTEGRITY_VIOLATED_CHILD_EXISTS_1 ->
                    FailureClass.FOREIGN_KEY;
            case ErrorCode.TABLE_OR_VIEW_ALREADY_EXISTS_1,
                    ErrorCode.INDEX_ALREADY_EXISTS_1,
                    ErrorCode.DUPLICATE_COLUMN_NAME_1,
                    ErrorCode.CONSTRAINT_ALREADY_EXISTS_1,
                    ErrorCode.SEQUENCE_ALREADY_EXISTS_1,
                    ErrorCode.VIEW_ALREADY_EXISTS_1,
                    ErrorCode.TRIGGER_ALREADY_EXISTS_1,
                    ErrorCode.SCHEMA_ALREADY_EXISTS_1,
                    ErrorCode.USER_ALREADY_EXISTS_1,
                    ErrorCode.ROLE_ALREADY_EXISTS_1,
                    ErrorCode.FUNCTION_ALIAS_ALREADY_EXISTS_1,
                    ErrorCode.CONSTANT_ALREADY_EXISTS_1,
                    ErrorCode.DOMAIN_ALREADY_EXISTS_1,
                    ErrorCode.SECOND_PRIMARY_KEY ->
                    FailureClass.OBJECT_EXISTS;
            case ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1,
                    ErrorCode.TABLE_OR_VIEW_NOT_FOUND_WITH_CANDIDATES_2,
                    ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1,
                    ErrorCode.INDEX_NOT_FOUND_1,
                    ErrorCode.COLUMN_NOT_FOUND_1,
                    ErrorCode.SEQUENCE_NOT_FOUND_1,
                    ErrorCode.VIEW_NOT_FOUND_1,
                    ErrorCode.TRIGGER_NOT_FOUND_1,
                    ErrorCode.CONSTRAINT_NOT_FOUND_1,
                    ErrorCode.SCHEMA_NOT_FOUND_1,
                    ErrorCode.FUNCTION_ALIAS_NOT_FOUND_1,
                    ErrorCode.FUNCTION_NOT_FOUND_1,
                    ErrorCode.USER_NOT_FOUND_1,
                    ErrorCode.ROLE_NOT_FOUND_1,
                    ErrorCode.CONSTANT_NOT_FOUND_1,
                    ErrorCode.DOMAIN_NOT_FOUND_1,
                    ErrorCode.DATABASE_NOT_FOUND_WITH_IF_EXISTS_1,
                    ErrorCode.REMOTE_DATABASE_NOT_FOUND_1 ->
                    FailureClass.OBJECT_MISSING;
            case ErrorCode.DEADLOCK_1 -> FailureClass.DEADLOCK;
            case ErrorCode.LOCK_TIMEOUT_1 -> FailureClass.LOCK_TIMEOUT;
            case ErrorCode.CONCURRENT_UPDATE_1 -> FailureClass.SERIALIZATION;
            case ErrorCode.STATEMENT_WAS_CANCELED -> FailureClass.CANCELLED;
            case ErrorCode.CONNECTION_BROKEN_1,
                    ErrorCode.DATABASE_IS_CLOSED,
                    ErrorCode.DATABASE_CALLED_AT_SHUTDOWN ->
                    FailureClass.CONNECTION;
            case ErrorCode.OUT_OF_MEMORY,
                    ErrorCode.IO_EXCEPTION_1,
                    ErrorCode.IO_EXCEPTION_2,
                    ErrorCode.FILE_CORRUPTED_1,
                    ErrorCode.FILE_RENAME_FAILED_2,
                    ErrorCode.DATABASE_IS_READ_ONLY,
                    ErrorCode.DATABASE_ALREADY_OPEN_1,
                    ErrorCode.DATABASE_IS_IN_EXCLUSIVE_MODE,
                    ErrorCode.TRACE_FILE_ERROR_2 ->
                    FailureClass.RESOURCE;
            case ErrorCode.NOT_ENOUGH_RIGHTS_FOR_1,
                    ErrorCode.ADMIN_RIGHTS_REQUIRED,
                    ErrorCode.WRONG_USER_OR_PASSWORD ->
                    FailureClass.PERMISSION;
            case ErrorCode.FEATURE_NOT_SUPPORTED_1 -> FailureClass.NOT_SUPPORTED;
            case ErrorCode.COLUMN_COUNT_DOES_NOT_MATCH,
                    ErrorCode.AMBIGUOUS_COLUMN_NAME_1,
                    ErrorCode.MUST_GROUP_BY_COLUMN_1,
                    ErrorCode.PARAMETER_NOT_SET_1,
                    ErrorCode.SYNTAX_ERROR_1,
                    ErrorCode.SYNTAX_ERROR_2 ->
                    FailureClass.SYNTAX;
            case ErrorCode.SCALAR_SUBQUERY_CONTAINS_MORE_THAN_ONE_ROW -> FailureClass.DATA;
            case ErrorCode.CANNOT_DROP_2, ErrorCode.CANNOT_TRUNCATE_1 -> FailureClass.CONSTRAINT;
            default -> byState(FailureWalk.state(failure));
        };
    }

    private static FailureClass byState(String state) {
        if (state.length() != 5) {
            return FailureClass.OTHER;
        }
        return switch (state.substring(0, 2)) {
            case "08" -> FailureClass.CONNECTION;
            case "0A" -> FailureClass.NOT_SUPPORTED;
            case "21", "22" -> FailureClass.DATA;
            case "23", "44" -> FailureClass.CONSTRAINT;
            case "28" -> FailureClass.PERMISSION;
            case "42" -> FailureClass.SYNTAX;
            default -> FailureClass.OTHER;
        };
    }
}
