package io.lockstep.backends.catalogue;

import java.util.Locale;

/** Schema and name as the engine spells them. */
public record TableName(String schema, String name) {
    boolean matches(String wantedSchema, String wantedName, String defaultSchema) {
        String inSchema = wantedSchema == null ? defaultSchema : wantedSchema;
        return name.equalsIgnoreCase(wantedName) && schema.equalsIgnoreCase(inSchema);
    }

    /**
     * The name alone in lower case: what locks are named by. Same name in two schemas = same lock,
     * which is safe.
     */
    public String lockName() {
        return name.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return schema + "." + name;
    }
}
