/**
 * The admin API: JSON over HTTP for the CLI, {@code /health} and {@code /metrics} for monitors.
 *
 * <p>Knows HTTP, JSON and who may ask. Does not know how a controller is put together: everything
 * it says or does comes through {@link io.lockstep.controller.admin.AdminOperations}, which {@code
 * bootstrap} implements. Start reading there, then at {@link
 * io.lockstep.controller.admin.AdminServer}. Threads: one event loop ({@code lockstep-admin}) that
 * never blocks, and a few workers ({@code lockstep-admin-worker-N}) that call the operations.
 */
package io.lockstep.controller.admin;
