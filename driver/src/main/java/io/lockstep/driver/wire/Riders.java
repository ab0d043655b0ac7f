package io.lockstep.driver.wire;

import io.lockstep.protocol.Request;
import io.lockstep.protocol.ValueWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Unanswered requests that wait for the next one that is answered, and travel in front of it:
 * closed statements and cursors, changed options.
 *
 * <p>They stay until {@link #sent} says that they went out, and may go out twice if a request
 * failed half-way: the controller ignores what is closed already, and setting the same options
 * again changes nothing.
 */
final class Riders {
    /*
     * Guards `closes` and `wanted`. Statements are closed by any thread, without waiting for an exchange under way.
     * Nothing blocks while it is held: writing goes to memory. `written` and `known` belong to the session's turn.
     */
    private final Object lock = new Object();
    private final List<Request> closes =
            new ArrayList<>(); // bounded by what is open, each costs a request before
    private Request.SetOptions wanted;

    private Request.SetOptions known; // what the controller has; null if that is not certain
    private Request.SetOptions writtenOptions;
    private int writtenCloses;

    Riders(Request.SetOptions initial) {
        this.wanted = initial;
        this.known = initial;
    }

    /** The options as the caller wants them, sent or not. */
    Request.SetOptions options() {
        synchronized (lock) {
            return wanted;
        }
    }

    void setOptions(Request.SetOptions options) {
        synchronized (lock) {
            wanted = options;
        }
    }

    void addClose(Request close) {
        synchronized (lock) {
            closes.add(close);
        }
    }

    /** Writes what waits. */
    void writeTo(ValueWriter out) throws IOException {
        List<Request> closing;
        synchronized (lock) {
            closing = List.copyOf(closes);
            writtenOptions = wanted;
        }
        for (Request close : closing) {
            close.writeTo(out);
        }
        writtenCloses = closing.size();
        if (!writtenOptions.equals(known)) {
            // Not certain any more until the request behind them has been answered.
            known = null;
            writtenOptions.writeTo(out);
        }
    }

    /** What was written last has been sent. */
    void sent() {
        synchronized (lock) {
            closes.subList(0, writtenCloses).clear();
        }
        writtenCloses = 0;
    }

    /**
     * The request behind them was answered. After a failure nobody knows whether it was one of them
     * that failed.
     */
    void answered(boolean success) {
        if (success) {
            known = writtenOptions;
        } else if (known == null || !known.equals(writtenOptions)) {
            known = null;
        }
    }
}
