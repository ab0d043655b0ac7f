package io.lockstep.controller.scheduler;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Prints what an uncontended transaction of three locks costs. Run by hand. */
final class LockTableCost {
    private static final int ROUNDS = 12;
    private static final int TRANSACTIONS = 1_000_000;

    private LockTableCost() {}

    public static void main(String[] args) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        LockTable table = new LockTable(20, DeadlineTimer.on(timer), System::nanoTime);
        LockManager.Options options = new LockManager.Options(30_000_000_000L, true, true);
        LockOwner[] bystanders = new LockOwner[16];
        for (int i = 0; i < bystanders.length; i++) {
            bystanders[i] = new LockOwner("bystander " + i);
            table.acquire(
                    bystanders[i],
                    List.of(LockScene.parse("msgs:IX"), LockScene.parse("msgs/b" + i + ":X")),
                    options,
                    result -> {});
        }
        ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
        for (int round = 0; round < ROUNDS; round++) {
            long begin = cpu.getCurrentThreadCpuTime();
            for (int i = 0; i < TRANSACTIONS; i++) {
                LockOwner owner = new LockOwner("t");
                List<LockRequest> requests =
                        List.of(
                                new LockRequest(Resource.table("msgs"), LockMode.INTENT_EXCLUSIVE),
                                new LockRequest(
                                        Resource.key("msgs", Integer.toString(i)),
                                        LockMode.EXCLUSIVE),
                                new LockRequest(
                                        Resource.key("msgs", "unique"), LockMode.EXCLUSIVE));
                if (!table.acquire(owner, requests, options, result -> {})) {
                    throw new IllegalStateException("not granted");
                }
                table.release(owner);
            }
            System.out.printf(
                    "%.0f ns of CPU per acquire + release of 3%n",
                    (cpu.getCurrentThreadCpuTime() - begin) / (double) TRANSACTIONS);
        }
        timer.shutdownNow();
    }
}
