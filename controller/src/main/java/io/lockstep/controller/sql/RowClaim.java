package io.lockstep.controller.sql;

import io.lockstep.controller.scheduler.LockRequest;
import io.lockstep.controller.scheduler.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows that a SELECT with SKIP LOCKED finds for itself: which they are is known only from its
 * result, which holds their primary key. Immutable.
 */
public final class RowClaim {
    /** Its parameters are the columns of the result. */
    private final KeyLock key;

    RowClaim(KeyLock key) {
        this.key = key;
    }

    /** Where in the result, from 0, each column of the key stands. */
    public List<Integer> positions() {
        return key.parts().stream().map(KeyLock.Part::parameter).toList();
    }

    /** The key's columns as the catalogue spells them, in the order of {@link #positions}. */
    public List<String> columns() {
        return key.parts().stream().map(part -> part.column().name()).toList();
    }

    /**
     * What to lock for these rows.
     *
     * @return empty if a key has no normal form, so that only the whole table can be locked
     */
    public Optional<List<LockRequest>> locks(List<List<Object>> rows) {
        List<LockRequest> locks = new ArrayList<>(rows.size());
        for (List<Object> row : rows) {
            LockRequest lock = key.resolve(row);
            Resource resource = lock.resource();
            if (resource.key() == null) {
                return Optional.empty();
            }
            locks.add(lock);
        }
        return Optional.of(locks);
    }

    RowClaim on(String rootTable) {
        return new RowClaim(key.on(rootTable));
    }

    String table() {
        return key.table();
    }
}
