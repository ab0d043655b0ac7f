/**
 * Picks the backend that answers a read.
 *
 * <p>Knows numbers of pending requests and weights. Does not know SQL, connections or states: the
 * caller offers only backends that may answer. Start reading at {@link
 * io.lockstep.controller.balancer.ReadBalancer}. Thread-safe, never blocks.
 */
package io.lockstep.controller.balancer;
