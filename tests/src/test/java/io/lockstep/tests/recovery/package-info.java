/**
 * Controllers and databases killed at every step of a write, and what is there afterwards.
 *
 * <p>Start reading at {@link io.lockstep.tests.recovery.CrashPointTest}. {@link
 * io.lockstep.tests.recovery.WritingSessions} is the load: sessions that write without pause and
 * remember what they were told about each write, so that it can be held against the data.
 */
package io.lockstep.tests.recovery;
