package io.lockstep.controller.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who cannot proceed before whom, as far as it can be reached from one waiting request.
 *
 * <p>Three kinds of edges: to holders (all of them must finish), to requests queued ahead (dropped
 * where they close a circle: order is not worth a victim), and to the holders of permits (one of
 * them must finish). Owners that wait for nothing are taken to finish. What cannot finish under
 * that assumption is stuck.
 */
final class WaitsForGraph {
    private static final Comparator<Request> CHEAPEST_VICTIM =
            Comparator.comparing((Request request) -> !request.options.rerunnable())
                    .thenComparingInt(request -> request.owner.holds().size())
                    .thenComparing(request -> request.ticket, Comparator.reverseOrder());

    private final Map<Request, Node> nodes = new HashMap<>();

    /** In order of discovery. */
    private final List<Node> found = new ArrayList<>();

    private final PermitPool permits;

    private static final class Node {
        final Request request;
        final List<Node> holders = new ArrayList<>(4);
        final List<Node> ahead = new ArrayList<>(4);

        /** Those of whom one must return a permit; empty if permits are no obstacle. */
        List<Node> permitHolders = List.of();

        boolean finishes;

        Node(Request request) {
            this.request = request;
        }

        boolean canFinish(boolean inOrder) {
            return holders.stream().allMatch(node -> node.finishes)
                    && (!inOrder || ahead.stream().allMatch(node -> node.finishes))
                    && (permitHolders.isEmpty()
                            || permitHolders.stream().anyMatch(node -> node.finishes));
        }
    }

    /** What to do about a stuck request. */
    sealed interface Remedy {
        /** Nothing is stuck. */
        record None() implements Remedy {}

        /** Only the order is to blame: {@code first} may now pass those it was behind. */
        record Reordered(Request first) implements Remedy {}

        /** A true deadlock: somebody has to give up. */
        record Victim(Request request, String cycle) implements Remedy {}
    }

    private WaitsForGraph(PermitPool permits) {
        this.permits = permits;
    }

    /** Judges everything that {@code start} waits for, directly or not. */
    static Remedy judge(Request start, PermitPool permits) {
        return new WaitsForGraph(permits).explore(start).remedy();
    }

    private WaitsForGraph explore(Request start) {
        node(start);
        for (int i = 0; i < found.size(); i++) { // grows while it runs
            expand(found.get(i));
        }
        return this;
    }

    private Node node(Request request) {
        return nodes.computeIfAbsent(
                request,
                key -> {
                    Node node = new Node(key);
                    found.add(node);
                    return node;
                });
    }

    private void expand(Node node) {
        List<Request> ahead = new ArrayList<>();
        for (Need need : node.request.needs) {
            if (need.isBlockedByHolders()) {
                for (Hold hold = need.entry.holders; hold != null; hold = hold.next) {
                    if (hold.owner.waiting != null && need.conflictsWith(hold)) {
                        node.holders.add(node(hold.owner.waiting));
                    }
                }
            }
            need.entry.isHeldBack(need, ahead);
        }
        ahead.forEach(request -> node.ahead.add(node(request)));
        if (node.request.needsPermit() && permits.allHoldersWait()) {
            node.permitHolders = new ArrayList<>();
            permits.holders().forEach(owner -> node.permitHolders.add(node(owner.waiting)));
        }
    }

    private Remedy remedy() {
        List<Node> stuck = reduce(found, true, new ArrayList<>());
        if (stuck.isEmpty()) {
            return new Remedy.None();
        }
        List<Node> order = new ArrayList<>();
        List<Node> deadlocked = reduce(stuck, false, order);
        if (!deadlocked.isEmpty()) {
            return victim(deadlocked);
        }
        Node first = order.get(0);
        Set<Node> members = new LinkedHashSet<>(stuck);
        first.ahead.stream()
                .filter(members::contains)
                .forEach(node -> first.request.pass(node.request));
        return new Remedy.Reordered(first.request);
    }

    /**
     * Lets finish who can, until nobody else can.
     *
     * @param finished receives those who finish, in an order in which they can
     * @return the others
     */
    private static List<Node> reduce(List<Node> candidates, boolean inOrder, List<Node> finished) {
        List<Node> left = candidates;
        boolean progress = true;
        while (progress) {
            progress = false;
            List<Node> still = new ArrayList<>();
            // From the far end: whoever was discovered last tends to be waited for by the others.
            for (int i = left.size() - 1; i >= 0; i--) {
                Node node = left.get(i);
                if (node.canFinish(inOrder)) {
                    node.finishes = true;
                    finished.add(node);
                    progress = true;
                } else {
                    still.add(node);
                }
            }
            Collections.reverse(still);
            left = still;
        }
        return left;
    }

    private static Remedy victim(List<Node> deadlocked) {
        Set<Node> path = new LinkedHashSet<>();
        Node node = deadlocked.get(0);
        while (path.add(node)) {
            node = unfinishedBlocker(node);
        }
        List<Node> cycle = new ArrayList<>(path);
        cycle = cycle.subList(cycle.indexOf(node), cycle.size());
        Request victim =
                cycle.stream().map(member -> member.request).min(CHEAPEST_VICTIM).orElseThrow();
        return new Remedy.Victim(victim, describe(cycle));
    }

    private static Node unfinishedBlocker(Node node) {
        for (Node holder : node.holders) {
            if (!holder.finishes) {
                return holder;
            }
        }
        return node.permitHolders.get(0); // none of them finishes, or this node would
    }

    private static String describe(List<Node> cycle) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < cycle.size(); i++) {
            Request waiter = cycle.get(i).request;
            LockOwner blocker = cycle.get((i + 1) % cycle.size()).request.owner;
            text.append(i == 0 ? "" : "; ")
                    .append(waiter.owner.label())
                    .append(" waits for ")
                    .append(obstacle(waiter, blocker))
                    .append(" held by ")
                    .append(blocker.label());
        }
        return text.toString();
    }

    private static String obstacle(Request waiter, LockOwner blocker) {
        for (Need need : waiter.needs) {
            for (Hold hold = need.entry.holders; hold != null; hold = hold.next) {
                if (hold.owner == blocker && need.conflictsWith(hold)) {
                    return need.entry.resource + " (" + need.target + ")";
                }
            }
        }
        return "an admission permit";
    }
}
