/**
 * Who is in service: backend states, numbered views, their durable file, and the heartbeat.
 *
 * <p>Knows names, states, view numbers, one file per virtual database. Does not know JDBC: a probe
 * is a callback. Start reading at {@link io.lockstep.controller.membership.Membership}. Threads:
 * one writer per virtual database puts views on disk; one heartbeat thread per backend.
 */
package io.lockstep.controller.membership;
