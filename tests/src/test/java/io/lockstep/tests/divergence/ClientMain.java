package io.lockstep.tests.divergence;

import io.lockstep.tests.divergence.workload.Spelling;
import io.lockstep.tests.divergence.workload.Workloads;
import io.lockstep.tests.harness.database.Database;
import io.lockstep.tests.harness.database.Engine;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Clients in a process of their own, to be killed in the middle of their work on tables that exist:
 * {@code ClientMain URL SESSIONS SEED NUMBERS-FROM ENGINE..}. Says {@code working} once all are
 * connected.
 */
final class ClientMain {
    private ClientMain() {}

    public static void main(String[] arguments) throws Exception {
        List<Engine> engines = new ArrayList<>();
        for (int i = 4; i < arguments.length; i++) {
            engines.add(Engine.valueOf(arguments[i]));
        }
        MixedLoad load =
                new MixedLoad(
                        () ->
                                DriverManager.getConnection(
                                        arguments[0], Database.USER, Database.PASSWORD),
                        Workloads.of(new Spelling(engines), Integer.parseInt(arguments[3])),
                        Set.of());
        load.start(Integer.parseInt(arguments[1]), new Random(Long.parseLong(arguments[2])));
        System.out.println("working");
        Thread.currentThread().join();
    }
}
