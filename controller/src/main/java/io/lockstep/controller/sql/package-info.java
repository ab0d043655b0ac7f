/**
 * What a statement is: its class, its tables, its locks, and the text each backend gets.
 *
 * <p>Knows lexing, JSqlParser, catalogues and lock names. Does not know connections, sessions or
 * who is in service. Called by {@code session} and {@code request} for every text, on their
 * threads; classes and classifiers are thread-safe, everything else here serves one classification
 * on one thread and is dropped. The cache is bounded and a hit takes no lock.
 *
 * <p>Start reading at {@link io.lockstep.controller.sql.StatementClassifier}, then {@code
 * Classification}, which shows the way of a text:
 *
 * <ol>
 *   <li>{@code Lexer} cuts it under the rules of every engine present. Where two would cut it
 *       differently, nothing further is believed: it runs on all backends, alone.
 *   <li>By its first word it goes to {@code Queries}, {@code Writes}, {@code DdlTexts}, {@code
 *       SessionTexts} or {@code OtherTexts}.
 *   <li>{@code Effects} looks at every token for what changes data wherever it stands: sequences,
 *       functions not known as harmless ({@code Functions}), writing sub-statements, locking
 *       clauses, variables; what views, functions, types and operators run of their own is looked
 *       at in the same way ({@code HiddenCode}). <b>This is what keeps a write from being taken for
 *       a read; the parser has no say in it</b>, so a text that the parser refuses loses precision,
 *       never safety.
 *   <li>{@code KeyPins}, {@code RowLocks}, {@code InsertLocks} and {@code ForeignKeys} look for
 *       rows named by their primary key, and otherwise lock tables. {@code KeyColumn} holds the
 *       normal form by which keys are compared; a value without one locks the table.
 *   <li>{@code Rewrites} has the clock, UUIDs and random numbers decided once, as parameters put
 *       between the client's at token positions ({@code Splices}), or refuses what cannot be
 *       repeated, saying what to write instead ({@code Refusals}); {@code SystemTables} finds what
 *       is one server's alone; {@code TotalOrder}, {@code RowOrder} and {@code JoinedUpdate} find
 *       what hangs on the order of rows. {@code DdlTypes} writes portable type names in each
 *       engine's way. The rest of the text stays as the client wrote it.
 * </ol>
 *
 * <p>On the virtual database as a whole every write intends only ({@code AccessPlan}), so a
 * transaction that stays open for ever holds up what touches its own rows and tables, and what
 * nobody can see through (CALL, unknown functions, triggers, views that are written), but not the
 * DDL of other tables.
 *
 * <p>What every text comes to is written down, statement by statement, in the test resource {@code
 * classification.txt}; a change of behaviour shows there.
 */
package io.lockstep.controller.sql;
