package io.lockstep.controller.sql;

import java.util.Locale;

/** Statements that PostgreSQL says in another way. */
final class PostgresForms {
    private PostgresForms() {}

    /**
     * {@code ALTER TABLE t DROP PRIMARY KEY}: looks the constraint's name up, and fails with
     * PostgreSQL's own undefined_object if there is none.
     */
    static String dropPrimaryKey(Tokens tokens, SqlName table) {
        String written =
                tokens.text().substring(tokens.start(start(tokens, table)), end(tokens, table));
        return """
            DO $lockstep$
            DECLARE key name;
            BEGIN
              SELECT conname INTO key FROM pg_constraint
                WHERE contype = 'p' AND conrelid = '%1$s'::regclass;
              IF key IS NULL THEN
                RAISE undefined_object USING MESSAGE = 'table %2$s has no primary key';
              END IF;
              EXECUTE format('ALTER TABLE %%s DROP CONSTRAINT %%I', '%1$s'::regclass, key);
            END $lockstep$"""
                .formatted(
                        written.replace("'", "''"),
                        table.name().replace("'", "''").toLowerCase(Locale.ROOT));
    }

    private static int start(Tokens tokens, SqlName table) {
        int first = table.end() - 1;
        while (tokens.symbol(first - 1, '.')) {
            first -= 2;
        }
        return first;
    }

    private static int end(Tokens tokens, SqlName table) {
        return tokens.end(table.end() - 1);
    }
}
