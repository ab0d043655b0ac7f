package io.lockstep.controller.request;

/**
 * Starts a statement, or starts it again because what was concluded from its text is out of date.
 */
@FunctionalInterface
interface Dispatch {
    void dispatch(SessionContext session, Statement statement, Completion completion);
}
