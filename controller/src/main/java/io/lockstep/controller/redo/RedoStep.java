package io.lockstep.controller.redo;

import java.util.List;
import java.util.Map;

/** One thing that a transaction did on every backend. */
public sealed interface RedoStep {
    /** How a text is run again. The codes stand in the log. */
    enum Form {
        /** One result. */
        PLAIN(0),
        /** Nobody has understood it: there may be several results. */
        UNKNOWN(1),
        /** A call of a procedure or function. */
        CALL(2),
        /**
         * DDL, which some engines commit by themselves: it may be there although its transaction's
         * marker is not.
         */
        DEFINITION(3),
        /** Changes the connection for what follows, not the data. */
        SETTING(4);

        private static final Form[] ALL = values();

        private final int code;

        Form(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        static Form of(int code) throws DamagedRedoException {
            if (code >= ALL.length) {
                throw new DamagedRedoException("form " + code + " of a statement");
            }
            return ALL[code];
        }
    }

    /** No number of rows is known, or it need not be the same. */
    long NOT_COMPARED = -1;

    /**
     * A statement.
     *
     * @param texts by engine
     * @param rowCount what it gave at first, summed over a batch; {@link #NOT_COMPARED} if doing it
     *     again may give another
     */
    record Statement(Form form, boolean batch, Map<String, Text> texts, long rowCount)
            implements RedoStep {}

    /** {@code Connection.setSchema}. */
    record Schema(String name) implements RedoStep {}

    /**
     * What one engine got.
     *
     * @param rows one list of values per execution
     */
    record Text(String sql, List<? extends List<?>> rows) {}
}
