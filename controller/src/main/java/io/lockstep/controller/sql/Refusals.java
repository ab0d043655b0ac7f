package io.lockstep.controller.sql;

import java.util.Set;

/** Why a statement cannot be replicated, and what to write instead. */
final class Refusals {
    private Refusals() {}

    static String sessionValue(Set<String> functions) {
        return ("%s tells what its own database connection did last, and the next statement may run on another. Use"
                        + " Statement.RETURN_GENERATED_KEYS and getGeneratedKeys, or RETURNING.")
                .formatted(String.join(", ", functions));
    }

    static String sessionState(Set<String> functions) {
        return ("%s changes its own database connection, which other sessions use next. For settings use SET, or set_config of a"
                        + " variable of your own with true as the third argument; for locks SELECT .. FOR UPDATE or LOCK TABLE.")
                .formatted(String.join(", ", functions));
    }

    static String placeOfRow(String word) {
        return "%s tells where or when one database happened to store a row, which is another place on each. Name the rows by their primary key."
                .formatted(word);
    }

    static String sample() {
        return "TABLESAMPLE picks other rows on each database. Read the rows first, then name them by their primary key.";
    }

    static String filling(String function) {
        return ("%s would put other values into the rows that are there on each database. Add the column without a default, fill it"
                        + " with UPDATE, then ALTER .. SET DEFAULT.")
                .formatted(function);
    }

    static String selectedInto() {
        return "SELECT INTO would store other values on each database. Create the table first, then INSERT.";
    }

    static String changedByClock(String column) {
        return "Column %s is set by each database's own clock whenever its row is changed. Set it in the statement."
                .formatted(column);
    }

    static String environment(Set<String> functions) {
        return "%s gives another value on each database, which must not be stored. Read it first and pass it as a parameter."
                .formatted(String.join(", ", functions));
    }

    static String unseenFunction(Set<String> functions) {
        return ("%s may give another value on each database: its code is not shown, and it is not declared IMMUTABLE or STABLE."
                        + " Call it in a SELECT first and pass the value as a parameter; if it gives the same everywhere, declare"
                        + " it so or list it in the configuration (readOnlyRoutines).")
                .formatted(String.join(", ", functions));
    }

    static String unlistedFunction(Set<String> functions) {
        return ("%s is not known, and might give another value on each database. Call it in a SELECT first and pass the value as"
                        + " a parameter; if it gives the same everywhere, list it in the configuration (readOnlyRoutines).")
                .formatted(String.join(", ", functions));
    }

    static String systemTable(String name) {
        return "%s is about one server, and what it says there must not be stored. Read it first and pass the values as parameters."
                .formatted(name);
    }

    static String objectNumber(String type) {
        return "%s stands for an object's number, which is another one on each database. Store its name, as text."
                .formatted(type);
    }

    static String hiddenDifference(Set<String> values) {
        return ("%s gives another value on each database, and the statement may store it. Read the value first and pass it as a"
                        + " parameter; code that stores it has to take it as an argument.")
                .formatted(String.join(", ", values));
    }

    static String materialized(String value) {
        return "A materialized view with %s would store other values on each database. Use a view, or a table that is filled with INSERT."
                .formatted(value);
    }

    static String volatileTrigger(String table, Set<String> values) {
        return ("A trigger of %s uses %s, which is another value on each database. Give the trigger's columns their values in the"
                        + " statement instead, or, where it stores nothing of it, accept the trigger in the configuration (acceptVolatileTriggers).")
                .formatted(table, String.join(", ", values));
    }

    static String explained(Set<String> functions) {
        return "EXPLAIN may run %s while it plans, on one database only. Connect to a database itself for it."
                .formatted(functions.isEmpty() ? "a sequence" : String.join(", ", functions));
    }

    static String windowOrder(Schema schema) {
        return "A window function numbers or picks rows in an order that each database chooses for itself where its ORDER BY leaves rows equal. Put all columns of the primary key of the only table read into the ORDER BY inside OVER (..), or read the rows first and write them with parameters."
                + overEngines(schema);
    }

    static String distinctOn() {
        return "DISTINCT ON keeps rows that each database chooses for itself where ORDER BY leaves them equal. Add ORDER BY with all columns of the primary key of the only table read.";
    }

    static String severalMatches() {
        return "Several rows of the other table may match one that is written, and each database would take the value from another. Compare all columns of the other table's primary key or a unique index, or take the value from a sub-select that yields one row, such as (SELECT max(..) ..).";
    }

    static String derbyMerge() {
        return "The time or random value would be decided once and sent as a parameter, but Derby breaks the connection over parameters in MERGE. Use UPDATE and INSERT.";
    }

    static String perRow(String function) {
        return ("%s would give other values on each database for the same rows. Use it in INSERT .. VALUES or in an"
                        + " UPDATE of one row by primary key, or read the rows first and pass the values as parameters.")
                .formatted(function);
    }

    static String positioned() {
        return "A cursor's position exists in one database connection only. Name the row by its primary key instead of WHERE CURRENT OF.";
    }

    static String temporaryTable() {
        return "A temporary table exists in one database connection only, and the next statement may run on another. Create an ordinary table, or put its rows into the statement that needs them (WITH, a subquery).";
    }

    static String userVariables() {
        return "User variables differ between the databases' connections. Pass the value as a parameter.";
    }

    static String setForStatement() {
        return "SET STATEMENT .. FOR hides a statement behind its settings. Send SET and the statement one after the other.";
    }

    static String computedSetting() {
        return "The value would be computed anew on each database and connection. Write the value itself.";
    }

    static String readingChanged(String variable) {
        return "%s changes how statements are read, and Lockstep must read them as the databases do. Write the statements for the usual setting."
                .formatted(variable);
    }

    static String charset() {
        return "Texts travel in UTF-8 to all databases. Leave the client's character set alone, or set it to UTF-8.";
    }

    static String durability(String variable) {
        return "%s decides whether acknowledged writes outlive a crash, which Lockstep promises. Leave it alone."
                .formatted(variable);
    }

    static String decidedSetting(String variable) {
        return "%s makes databases give numbers, times or rows of their own, which Lockstep decides for all of them. Write the value into the statement."
                .formatted(variable);
    }

    static String unknownSearchPath() {
        return "Lockstep must know which tables unqualified names mean. Write the schemas one by one.";
    }

    static String unknownZone() {
        return "Clock values are decided in the session's time zone, and this one does not mean the same everywhere. Write a region such as Europe/Berlin, or UTC.";
    }

    static String preparedByText() {
        return "A statement prepared by text exists in one database connection only, and the next statement may run on another. Use Connection.prepareStatement.";
    }

    static String endsTransaction(Set<String> what) {
        return ("%s would commit or roll back in the middle of the call, on each database at another moment, and nothing could be taken"
                        + " back or told apart after a crash. Leave BEGIN, COMMIT and ROLLBACK to the client, and send DDL and texts"
                        + " that are put together as statements of their own.")
                .formatted(String.join(", ", what));
    }

    static String unseenProcedure(String name) {
        return "Procedure %s is in a database whose code Lockstep does not look through: it might commit in the middle. Create it in the database of the backends' URL."
                .formatted(name);
    }

    static String executedText() {
        return "A text inside a string is not looked through, and might commit. Send the text itself as a statement.";
    }

    static String administration(String verb) {
        return "%s concerns one server alone, or ends the transaction there. Connect to the database itself for it."
                .formatted(verb);
    }

    static String clockWord() {
        return "'now', 'today' and the like are read from each database's own clock when cast to a time. Write CURRENT_TIMESTAMP or CURRENT_DATE, or pass the value as a parameter.";
    }

    static String clockWordInDefault() {
        return "PostgreSQL turns 'now', 'today' and the like into a time when the table is made, another one on each database. Write DEFAULT CURRENT_TIMESTAMP or CURRENT_DATE.";
    }

    static String unordered(Set<String> functions) {
        return "The result of %s depends on the order of rows, which each database chooses for itself. Give it an ORDER BY inside its brackets."
                .formatted(String.join(", ", functions));
    }

    static String limitWithoutOrder(Schema schema) {
        return "Without a total order each database would pick other rows. Add ORDER BY with all columns of the primary key, or name the rows by their key."
                + overEngines(schema);
    }

    /** What is a total order on one engine is not the same order on another. */
    private static String overEngines(Schema schema) {
        return schema.mixed()
                ? " Over several engines no column of the ORDER BY may be text, or take NULL: each engine sorts these in its own way."
                : "";
    }

    static String assignedBefore() {
        return "A value is computed from a column that the same SET assigns before it: MariaDB takes the new value there, other engines the old one. Read the row first and pass the values, or compute each from columns that are not assigned.";
    }

    static String defaultOfSelect(String column, String expression) {
        return "Column %s is left out and has the default %s, which each database would evaluate for itself. Name the column and select its value."
                .formatted(column, expression);
    }

    static String volatileDefault(String column, String expression) {
        return "Column %s is left out and has the default %s, which each database would evaluate for itself. Name the column and give its value."
                .formatted(column, expression);
    }

    static String defaultWord(String column, String expression) {
        return "DEFAULT may stand for column %s here, and its default is %s, which each database would evaluate for itself. Give the value instead."
                .formatted(column, expression);
    }

    static String dropPrimaryKeyAmongOthers() {
        return "DROP PRIMARY KEY is a statement of its own on PostgreSQL, which knows only constraints by name. Send the other changes of the table in another ALTER TABLE.";
    }

    static String rewrittenTwice() {
        return "Two parts of this statement that need another form for these databases overlap. Divide the statement.";
    }

    static String numberedFromSource(String column) {
        return "Column %s is numbered by the databases in the order they find the rows of the source. Give it a value, sort the selected rows by all columns of their table's primary key, or use a source of one row, such as (SELECT ? AS id)."
                .formatted(column);
    }

    static String identityFromSelect(String column) {
        return "Column %s is numbered by the databases in the order they find the rows. Add ORDER BY with all columns of the selected table's primary key, or insert the rows with VALUES."
                .formatted(column);
    }
}
