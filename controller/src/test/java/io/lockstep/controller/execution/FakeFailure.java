package io.lockstep.controller.execution;

import io.lockstep.backends.dialect.FailureClass;
import java.sql.SQLException;

/** An error of a scripted backend, of a failure class it names itself. */
final class FakeFailure extends SQLException {
    private static final long serialVersionUID = 1L;

    private final FailureClass failure;

    FakeFailure(FailureClass failure, String backend) {
        super(failure + " on " + backend, "F0000");
        this.failure = failure;
    }

    FailureClass failure() {
        return failure;
    }
}
