package io.lockstep.tests.broker;

import io.lockstep.tests.harness.LoopbackPorts;
import io.lockstep.tests.harness.controller.ControllerConfig;
import io.lockstep.tests.harness.controller.ControllerProcess;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Databases;
import io.lockstep.tests.harness.database.Engine;
import java.time.Duration;
import java.util.Arrays;

/**
 * Messages a second through an ActiveMQ broker over Lockstep with two PostgreSQL, as a part of
 * those through one over a single PostgreSQL, all with fsync on: persistent messages, each sent and
 * taken without a JMS transaction. Both brokers stay up; each round measures both, in turns.
 *
 * <p>Arguments: rounds (5), seconds of each measurement (6), producers and as many consumers (4).
 */
final class BrokerBenchmark {
    private static final int WARM_UP_ROUNDS = 3;

    private BrokerBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int rounds = argument(arguments, 0, 5);
        Duration each = Duration.ofSeconds(argument(arguments, 1, 6));
        int pairs = argument(arguments, 2, 4);
        Database direct = Databases.fresh(Engine.POSTGRESQL, 0);
        ControllerConfig config =
                new ControllerConfig()
                        .longRunning()
                        .heap("512m")
                        .backend("a", Databases.fresh(Engine.POSTGRESQL, 1))
                        .backend("b", Databases.fresh(Engine.POSTGRESQL, 2));
        BrokerSettings overOne = settings("direct", direct.url());
        try (ControllerProcess controller = ControllerProcess.start(config)) {
            BrokerSettings overTwo = settings("lockstep", controller.url());
            try (Broker one = Broker.start(overOne);
                    Broker two = Broker.start(overTwo);
                    MessageRate directRate = new MessageRate(overOne.clientUrl(), pairs);
                    MessageRate lockstepRate = new MessageRate(overTwo.clientUrl(), pairs)) {
                compare(rounds, each, directRate, lockstepRate);
            }
        }
    }

    private static void compare(int rounds, Duration each, MessageRate direct, MessageRate lockstep)
            throws InterruptedException {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            direct.measure(each);
            lockstep.measure(each);
        }
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            boolean directFirst = round % 2 == 0;
            double first = (directFirst ? direct : lockstep).measure(each);
            double second = (directFirst ? lockstep : direct).measure(each);
            double ratio = directFirst ? second / first : first / second;
            ratios[round] = ratio;
            System.out.printf(
                    "direct %6.0f messages/s, lockstep %6.0f, ratio %.2f%n",
                    directFirst ? first : second, directFirst ? second : first, ratio);
        }
        Arrays.sort(ratios);
        System.out.printf(
                "median ratio %.2f (%.2f-%.2f)%n",
                ratios[rounds / 2], ratios[0], ratios[rounds - 1]);
    }

    private static BrokerSettings settings(String name, String url) {
        return new BrokerSettings(
                name,
                LoopbackPorts.next(),
                url,
                Database.USER,
                Database.PASSWORD,
                BrokerSettings.Adapter.FOUND_BY_DRIVER_NAME,
                BrokerSettings.Locker.FOUND_BY_DRIVER_NAME);
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }
}
