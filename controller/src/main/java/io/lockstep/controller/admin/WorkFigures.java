package io.lockstep.controller.admin;

import io.lockstep.controller.execution.CommitGroups;
import io.lockstep.controller.execution.OutcomeCounters;

/** What one virtual database has done since the controller started. */
public record WorkFigures(OutcomeCounters.Figures outcomes, CommitGroups.Counters groups) {}
