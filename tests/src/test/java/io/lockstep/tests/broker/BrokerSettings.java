package io.lockstep.tests.broker;

import io.lockstep.tests.harness.LoopbackPorts;
import io.lockstep.tests.harness.controller.TestedDatabase;
import java.util.List;

/**
 * One broker over one database.
 *
 * @param name the broker's name; two brokers that share a database need two names, the lease locker
 *     tells them apart by it
 * @param port where its clients connect
 */
record BrokerSettings(
        String name,
        int port,
        String jdbcUrl,
        String user,
        String password,
        Adapter adapter,
        Locker locker) {
    /** The class that knows the store's SQL. */
    enum Adapter {
        /**
         * What ActiveMQ finds for the driver's name: for Lockstep's driver the one shipped in its
         * jar.
         */
        FOUND_BY_DRIVER_NAME,
        /** ActiveMQ's own default, which a user gets whose driver jar brings none. */
        STOCK
    }

    /** How brokers agree on which of them is the master. */
    enum Locker {
        FOUND_BY_DRIVER_NAME,
        /** One transaction that holds the lock row as long as the broker lives. */
        DEFAULT,
        /** A row with an end of validity, renewed in short transactions. */
        LEASE
    }

    static BrokerSettings on(TestedDatabase database, String name, Adapter adapter, Locker locker) {
        return new BrokerSettings(
                name,
                LoopbackPorts.next(),
                database.url(),
                database.user(),
                database.password(),
                adapter,
                locker);
    }

    String clientUrl() {
        return "tcp://127.0.0.1:" + port;
    }

    List<String> toArguments() {
        return List.of(
                name,
                Integer.toString(port),
                jdbcUrl,
                user,
                password,
                adapter.name(),
                locker.name());
    }

    static BrokerSettings fromArguments(String... arguments) {
        return new BrokerSettings(
                arguments[0],
                Integer.parseInt(arguments[1]),
                arguments[2],
                arguments[3],
                arguments[4],
                Adapter.valueOf(arguments[5]),
                Locker.valueOf(arguments[6]));
    }
}
