/** Lockstep. */
package io.lockstep.cli;
