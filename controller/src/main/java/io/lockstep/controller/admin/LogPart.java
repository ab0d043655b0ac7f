package io.lockstep.controller.admin;

import java.util.List;

/**
 * What reading a part of a recovery log has found.
 *
 * @param next sequence to go on with
 * @param done whether the present end was reached, or damage
 * @param lines the records in words, if they were asked for
 * @param damage what is wrong with the record at {@code next}, null if nothing is
 */
public record LogPart(long next, boolean done, List<String> lines, String damage) {}
