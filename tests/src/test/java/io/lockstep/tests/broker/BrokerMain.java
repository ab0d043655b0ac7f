package io.lockstep.tests.broker;

/**
 * The main class of a broker in a JVM of its own. Prints {@code ready} when it is the master and
 * serves clients.
 */
final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] arguments) throws Exception {
        Broker.start(BrokerSettings.fromArguments(arguments));
        System.out.println("ready");
        Thread.currentThread().join(); // until killed
    }
}
