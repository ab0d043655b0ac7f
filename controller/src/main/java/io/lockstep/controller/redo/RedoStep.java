package io.lockstep.controller.redo;

import java.util.List;
import java.util.Map;
import java.util.Set;

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
        /** Changes the connection for what follows, not the data. */
        SETTING(3);

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

    /**
     * A statement.
     *
     * @param texts by engine
     * @param answer what it gave at first, as far as doing it again must give the same
     */
    record Statement(Form form, boolean batch, Map<String, Text> texts, Answer answer)
            implements RedoStep {}

    /**
     * DDL, which some engines commit by themselves: it may be there although its transaction's
     * marker is not.
     *
     * @param texts by engine
     * @param objects what it changes, by name; empty if that is not known
     * @param before what they looked like before it, as fingerprints by backend: of those backends
     *     only that were to do it, and whose DDL commits by itself
     */
    record Definition(Map<String, Text> texts, Set<String> objects, Map<String, String> before)
            implements RedoStep {
        public Definition {
            objects = Set.copyOf(objects);
            before = Map.copyOf(before);
        }
    }

    /** {@code Connection.setSchema}. */
    record Schema(String name) implements RedoStep {}

    /**
     * Where counters stand from which the databases number rows in the statement that follows.
     * Databases skip numbers after a crash, so they must be told.
     */
    record Counting(List<Counted> counters) implements RedoStep {
        public Counting {
            counters = List.copyOf(counters);
        }
    }

    /**
     * A counter.
     *
     * @param sequence its name, or null if the columns count by themselves
     * @param columns that are numbered by it
     * @param next the value it gives next
     */
    record Counted(String sequence, List<NumberedColumn> columns, long next) {
        public Counted {
            columns = List.copyOf(columns);
        }
    }

    /** A column as one database's catalogue spells it. */
    record NumberedColumn(String schema, String table, String column) {}

    /**
     * What a statement gave.
     *
     * @param rowCount rows changed, summed over a batch; {@link #NOT_COMPARED} if that is not known
     *     or need not be the same
     * @param returned generated keys, rows, OUT values in a form that is equal if they are, of
     *     bounded length; null if there are none to be compared
     */
    record Answer(long rowCount, String returned) {
        public static final long NOT_COMPARED = -1;

        /** Whatever it gives. */
        public static final Answer ANY = new Answer(NOT_COMPARED, null);
    }

    /**
     * What one engine got.
     *
     * @param rows one list of values per execution
     * @param keys generated columns that it was asked for
     */
    record Text(String sql, List<? extends List<?>> rows, Keys keys) {
        public Text(String sql, List<? extends List<?>> rows) {
            this(sql, rows, Keys.NONE);
        }
    }

    /**
     * Generated columns.
     *
     * @param all those that the engine takes for generated
     * @param named otherwise; none if it is empty
     */
    record Keys(boolean all, List<String> named) {
        public static final Keys NONE = new Keys(false, List.of());
        public static final Keys ALL = new Keys(true, List.of());

        public Keys {
            named = List.copyOf(named);
        }
    }
}
