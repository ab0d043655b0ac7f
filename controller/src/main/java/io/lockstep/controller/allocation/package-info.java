/**
 * Gives out the numbers of rows: values of identity, serial and AUTO_INCREMENT columns and of
 * sequences, each once, the same for every backend.
 *
 * <p>Databases that number rows for themselves drift apart: they skip values differently after a
 * crash, and some lose one with every failed INSERT. So the controller counts, and the databases'
 * own counters are kept ahead of it, a block of values at a time: what a database would number by
 * itself, now, behind a trigger, or when it is used without Lockstep, is never given out twice.
 * They are also what a controller started anew begins from, since nothing is written down here
 * (until there is a recovery log): the rest of a block is skipped then. Two cannot be moved while
 * rows are written: MariaDB's AUTO_INCREMENT, which follows what is inserted, and Derby's identity
 * columns, which a new controller therefore begins behind the largest value found in the rows.
 *
 * <p>Knows counters, positions, which backends are in service, and how to ask them. Does not know
 * statements, locks or sessions: {@code request} sees to it that a counter is read only under a
 * lock that keeps those away who move it unseen, and that a value taken before its locks is not
 * used when the counter was moved meanwhile. Start reading at {@link
 * io.lockstep.controller.allocation.Allocator}, then {@code NumberSource}, one counter. Any thread;
 * taking a value blocks only when a block has run out.
 */
package io.lockstep.controller.allocation;
