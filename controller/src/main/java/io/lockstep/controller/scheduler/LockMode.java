package io.lockstep.controller.scheduler;

/**
 * How a resource is held. Whoever locks a key also holds an intention on its table: INTENT_SHARE
 * for the modes that share, INTENT_EXCLUSIVE for those that change. A key that is a leading part of
 * longer keys takes intentions likewise.
 *
 * <p>Conflicts ({@code #}), as kept in {@code ModeTable}:
 *
 * <pre>
 *                         AS IS KS IX S  SIX NKX X AX
 * ACCESS_SHARE            .  .  .  .  .  .   .   .  #
 * INTENT_SHARE            .  .  .  .  .  .   #   #  #
 * KEY_SHARE               .  .  .  #  .  #   .   #  #
 * INTENT_EXCLUSIVE        .  .  #  .  #  #   #   #  #
 * SHARE                   .  .  .  #  .  #   #   #  #
 * SHARE_INTENT_EXCLUSIVE  .  .  #  #  #  #   #   #  #
 * NO_KEY_EXCLUSIVE        .  #  .  #  #  #   #   #  #
 * EXCLUSIVE               .  #  #  #  #  #   #   #  #
 * ACCESS_EXCLUSIVE        #  #  #  #  #  #   #   #  #
 * </pre>
 */
public enum LockMode {
    /** A plain SELECT's: conflicts only with {@link #ACCESS_EXCLUSIVE}. */
    ACCESS_SHARE,
    INTENT_SHARE,
    /**
     * The row's key must not vanish or change (foreign key child); other changes of the row may go
     * on.
     */
    KEY_SHARE,
    INTENT_EXCLUSIVE,
    SHARE,
    SHARE_INTENT_EXCLUSIVE,
    /** Change of the row but not of its key: compatible with {@link #KEY_SHARE}. */
    NO_KEY_EXCLUSIVE,
    EXCLUSIVE,
    /** DDL, TRUNCATE, LOCK TABLE: nobody else at all, not even readers. */
    ACCESS_EXCLUSIVE
}
