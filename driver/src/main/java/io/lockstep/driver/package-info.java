/** Lockstep. */
package io.lockstep.driver;
