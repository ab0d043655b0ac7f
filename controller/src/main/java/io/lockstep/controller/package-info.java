/** Lockstep. */
package io.lockstep.controller;
