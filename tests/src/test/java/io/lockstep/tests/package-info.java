/** Tests that need more than one process: real databases, real controllers, real brokers. */
package io.lockstep.tests;
