package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect.LexicalRules;

/** Lexical rules that belong to no engine. */
final class Rules {
    /** Quotes as in the SQL standard and nothing else: what the parser prints. */
    static final LexicalRules STANDARD =
            new LexicalRules(false, false, false, false, false, false, false);

    private Rules() {}
}
