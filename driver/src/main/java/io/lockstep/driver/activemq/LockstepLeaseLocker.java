package io.lockstep.driver.activemq;

import org.apache.activemq.store.jdbc.LeaseDatabaseLocker;

/**
 * ActiveMQ's lease locker with times that fit together.
 *
 * <p>The lease is a row that the master renews; a broker that finds it expired takes over. No
 * transaction stays open and no statement waits, which suits a replicated database. ActiveMQ's own
 * defaults, a lease of 10 s renewed every 30 s, let a slave take over from a healthy master; here
 * the lease lasts {@value #LEASE_MILLIS} ms and is renewed every {@value #KEEP_ALIVE_MILLIS} ms, so
 * two renewals may be late.
 *
 * <p>Both can be set as usual: {@code lockAcquireSleepInterval} of the locker (the lease) and
 * {@code lockKeepAlivePeriod} of the persistence adapter. The clocks of the brokers' machines must
 * agree to within a few seconds, and the brokers need different names (the name is the lease
 * holder's id).
 */
public class LockstepLeaseLocker extends LeaseDatabaseLocker {
    /** How long a lease lasts if the broker's configuration does not say. */
    public static final long LEASE_MILLIS = 15_000;

    /** How often it is renewed if the broker's configuration does not say. */
    public static final long KEEP_ALIVE_MILLIS = 5_000;

    /** ActiveMQ's default for the JDBC store, longer than any sensible lease. */
    private static final long STOCK_KEEP_ALIVE_MILLIS = 30_000;

    /** Made by ActiveMQ by name. */
    public LockstepLeaseLocker() {
        setLockAcquireSleepInterval(LEASE_MILLIS);
    }

    /** Chooses the renewal period, then takes the lease; blocks until this broker is master. */
    @Override
    public void doStart() throws Exception {
        chooseKeepAlivePeriod();
        super.doStart();
    }

    /**
     * The broker reads the period after this locker has started, when it schedules the renewals.
     */
    void chooseKeepAlivePeriod() {
        long period = lockable.getLockKeepAlivePeriod();
        if (period == 0 || period == STOCK_KEEP_ALIVE_MILLIS) {
            lockable.setLockKeepAlivePeriod(
                    Math.min(KEEP_ALIVE_MILLIS, getLockAcquireSleepInterval() / 3));
        }
    }
}
