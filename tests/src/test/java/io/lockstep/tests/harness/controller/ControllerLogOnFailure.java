package io.lockstep.tests.harness.controller;

import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After a failed test, shows the end of the log of every controller that ran meanwhile: on a build
 * server the console is all there is.
 *
 * <p>Registered for all tests in {@code META-INF/services}.
 */
public final class ControllerLogOnFailure
        implements BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final int LINES = 60;

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        ControllerProcess.forgetEnded();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        boolean failed =
                context.getExecutionException()
                        .filter(e -> !(e instanceof org.opentest4j.TestAbortedException))
                        .isPresent();
        if (!failed) {
            return;
        }
        for (ControllerProcess controller : ControllerProcess.remembered()) {
            List<String> lines = controller.log().lines().toList();
            System.err.println(
                    "Log of the controller in "
                            + controller.directory()
                            + ", at the end of "
                            + context.getDisplayName()
                            + ":");
            lines.subList(Math.max(0, lines.size() - LINES), lines.size())
                    .forEach(line -> System.err.println("  " + line));
        }
    }
}
