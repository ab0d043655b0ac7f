/** Lockstep. */
package io.lockstep.protocol;
