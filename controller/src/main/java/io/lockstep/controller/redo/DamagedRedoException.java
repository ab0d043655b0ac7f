package io.lockstep.controller.redo;

import java.io.IOException;

/** A record passed its check sum but does not hold what this version writes. */
public final class DamagedRedoException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedRedoException(String what) {
        super(what);
    }

    DamagedRedoException(String what, Exception cause) {
        super(what, cause);
    }
}
