/** Lockstep. */
package io.lockstep.backends;
