package io.lockstep.controller.sql;

/**
 * A place in the text whose value every backend would find for itself, and differently.
 *
 * @param from first token
 * @param to behind the last token
 * @param precision fractional digits asked for, or -1
 */
record Occurrence(Decided decided, int from, int to, int precision) {
    /** What has to be decided once. */
    enum Decided {
        /** Date and time with zone, at the start of the transaction where an engine has it so. */
        TIMESTAMP,
        /** The same without zone. */
        LOCAL_TIMESTAMP,
        /** Date and time with zone at the moment of the statement. */
        CLOCK_TIMESTAMP,
        /** The same in UTC, without zone. */
        UTC_TIMESTAMP,
        DATE,
        TIME,
        UNIX_SECONDS,
        /** What MariaDB is told that the time is, for everything that one statement asks it. */
        STATEMENT_CLOCK,
        UUID,
        RANDOM;

        /** The time that MariaDB can be told for a whole statement. */
        boolean statementClock() {
            return !perRow() && this != CLOCK_TIMESTAMP;
        }

        /** A fresh value per row would be needed, so that it cannot stand for several rows. */
        boolean perRow() {
            return this == UUID || this == RANDOM;
        }
    }
}
