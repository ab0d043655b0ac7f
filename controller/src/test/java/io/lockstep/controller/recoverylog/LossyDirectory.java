package io.lockstep.controller.recoverylog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A directory in memory that loses at a {@link #crash} what no completed force covers: bytes,
 * sizes, names and deletions. {@link #kill} ends the process only, and loses nothing. Both make
 * every file that is open useless. Either can be set to happen at a given operation. Also runs out
 * of space, and fails forces, when told to.
 */
public final class LossyDirectory implements LogDirectory {
    private static final int SECTOR = 512;
    private static final int BLOCK = 4096;

    /** What a crash leaves of that which was not forced. */
    public enum Loss {
        /** Nothing. */
        ALL,
        /** Random blocks and sectors, sizes, names and deletions, in any order. */
        SOME
    }

    private static final class Inode {
        private byte[] bytes = {};
        private byte[] durable = {};
        private final BitSet dirty = new BitSet(); // sectors

        void write(long offset, ByteBuffer source) {
            int from = (int) offset;
            int to = from + source.remaining();
            if (to > bytes.length) {
                dirty.set(bytes.length / SECTOR, sectors(to));
                bytes = Arrays.copyOf(bytes, to);
            }
            dirty.set(from / SECTOR, sectors(to));
            source.get(bytes, from, to - from);
        }

        private static int sectors(int length) {
            return (length + SECTOR - 1) / SECTOR;
        }

        void force() {
            durable = bytes.clone();
            dirty.clear();
        }

        void crash(Loss loss, Random random) {
            byte[] left = durable.clone();
            if (loss == Loss.SOME) {
                if (bytes.length > left.length && random.nextBoolean()) {
                    int grown = 1 + random.nextInt(bytes.length - left.length);
                    left = Arrays.copyOf(left, left.length + grown);
                }
                keepSome(left, random);
            }
            bytes = left;
            durable = left.clone();
            dirty.clear();
        }

        private void keepSome(byte[] left, Random random) {
            for (int block = 0; block < left.length; block += BLOCK) {
                int fate = random.nextInt(3); // lost, kept, in pieces
                for (int at = block; at < Math.min(block + BLOCK, left.length); at += SECTOR) {
                    boolean kept = fate == 1 || (fate == 2 && random.nextBoolean());
                    if (kept && dirty.get(at / SECTOR)) {
                        int length = Math.min(SECTOR, left.length - at);
                        System.arraycopy(bytes, at, left, at, length);
                    }
                }
            }
        }
    }

    private final class Handle implements LogFile {
        private final Inode inode;
        private final int life;
        private boolean open = true;

        Handle(Inode inode) {
            this.inode = inode;
            this.life = lives;
            handles++;
        }

        @Override
        public void write(long offset, ByteBuffer source) throws IOException {
            synchronized (LossyDirectory.this) {
                step(life);
                checkOpen();
                long grows = Math.max(0, offset + source.remaining() - inode.bytes.length);
                if (grows > 0 && usedBytes() + grows > spaceBytes) {
                    throw new IOException("No space left on device");
                }
                if (failingWrites > 0 && --failingWrites == 0) {
                    throw new IOException("Input/output error");
                }
                inode.write(offset, source);
            }
        }

        @Override
        public int read(long offset, ByteBuffer target) throws IOException {
            synchronized (LossyDirectory.this) {
                checkAlive(life);
                checkOpen();
                int count =
                        (int)
                                Math.max(
                                        0,
                                        Math.min(target.remaining(), inode.bytes.length - offset));
                if (count > 0) {
                    target.put(inode.bytes, (int) offset, count);
                }
                return count;
            }
        }

        @Override
        public long size() throws IOException {
            synchronized (LossyDirectory.this) {
                checkAlive(life);
                return inode.bytes.length;
            }
        }

        @Override
        public void force() throws IOException {
            beforeForce.run();
            synchronized (LossyDirectory.this) {
                step(life);
                checkOpen();
                if (forceFails()) {
                    inode.dirty.clear(); // as a kernel may: the next force finds nothing to do
                    throw new IOException("Input/output error");
                }
                grown.merge(
                        Thread.currentThread(),
                        (long) inode.bytes.length - inode.durable.length,
                        Math::addExact);
                if (!inode.dirty.isEmpty()) {
                    inode.force();
                }
                forces++;
            }
        }

        private void checkOpen() throws IOException {
            if (!open) {
                throw new IOException("closed");
            }
        }

        @Override
        public void close() {
            synchronized (LossyDirectory.this) {
                if (open) {
                    open = false;
                    handles--;
                }
            }
        }
    }

    private Map<String, Inode> names = new LinkedHashMap<>();
    private Map<String, Inode> durableNames = new LinkedHashMap<>();
    private int lives;
    private int handles;
    private long steps;
    private long lastStep = Long.MAX_VALUE;
    private long spaceBytes = Long.MAX_VALUE;
    private int failingForces;
    private int failingWrites;
    private long forces;
    private final Map<Thread, Long> grown = new HashMap<>();
    private volatile Runnable beforeForce = () -> {};

    @Override
    public synchronized List<String> list() throws IOException {
        checkAlive(lives);
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized LogFile create(String name) throws IOException {
        step(lives);
        if (names.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        Inode inode = new Inode();
        names.put(name, inode);
        return new Handle(inode);
    }

    @Override
    public synchronized LogFile open(String name) throws IOException {
        checkAlive(lives);
        return new Handle(inode(name));
    }

    @Override
    public LogFile openToRead(String name) throws IOException {
        return open(name);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        step(lives);
        inode(name);
        names.remove(name);
    }

    @Override
    public void force() throws IOException {
        beforeForce.run();
        synchronized (this) {
            step(lives);
            if (forceFails()) {
                throw new IOException("Input/output error");
            }
            durableNames = new LinkedHashMap<>(names);
            forces++;
        }
    }

    private boolean forceFails() {
        return failingForces > 0 && --failingForces == 0;
    }

    private Inode inode(String name) throws NoSuchFileException {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new NoSuchFileException(name);
        }
        return inode;
    }

    private void step(int life) throws IOException {
        checkAlive(life);
        if (++steps > lastStep) {
            throw new IOException("stopped");
        }
    }

    private void checkAlive(int life) throws IOException {
        if (life != lives || steps > lastStep) {
            throw new IOException("stopped");
        }
    }

    /** Changes so far: writes, forces, creations, deletions. */
    public synchronized long steps() {
        return steps;
    }

    /** After so many more changes nothing works, until {@link #kill} or {@link #crash}. */
    public synchronized void stopAfter(long more) {
        lastStep = steps + more;
    }

    /** Whether the point set by {@link #stopAfter} has been reached. */
    public synchronized boolean isStopped() {
        return steps > lastStep;
    }

    /** The process ends; what it wrote stays, forced or not. */
    public synchronized void kill() {
        lives++;
        lastStep = Long.MAX_VALUE;
        handles = 0;
    }

    /** The machine stops and starts again. */
    public synchronized void crash(Loss loss, Random random) {
        kill();
        if (loss == Loss.SOME) {
            Map<String, Inode> left = new LinkedHashMap<>(durableNames);
            Set<String> changed = new HashSet<>(names.keySet());
            changed.addAll(durableNames.keySet());
            for (String name : changed.stream().sorted().toList()) {
                if (random.nextBoolean()) {
                    left.remove(name);
                    if (names.containsKey(name)) {
                        left.put(name, names.get(name));
                    }
                }
            }
            names = left;
        } else {
            names = new LinkedHashMap<>(durableNames);
        }
        durableNames = new LinkedHashMap<>(names);
        for (String name : names.keySet().stream().sorted().toList()) {
            names.get(name).crash(loss, random);
        }
    }

    /** Files together cannot grow beyond this. */
    public synchronized void limitSpace(long bytes) {
        spaceBytes = bytes;
    }

    public synchronized long usedBytes() {
        return names.values().stream().mapToLong(each -> each.bytes.length).sum();
    }

    /** The n-th force from now on fails, once; what it was to cover is never written. */
    public synchronized void failForce(int n) {
        failingForces = n;
    }

    /** The n-th write from now on fails, once. */
    public synchronized void failWrite(int n) {
        failingWrites = n;
    }

    /** Called at the beginning of each force, in its thread; may block. */
    public void beforeForce(Runnable action) {
        beforeForce = action;
    }

    /** Completed forces, of files and of the directory. */
    public synchronized long forces() {
        return forces;
    }

    /** Files open. */
    public synchronized int handles() {
        return handles;
    }

    /** Bytes by which this thread's forces had to extend files. */
    public synchronized long grownByForcesOf(Thread thread) {
        return grown.getOrDefault(thread, 0L);
    }

    public synchronized void forgetGrowth() {
        grown.clear();
    }

    public synchronized byte[] bytes(String name) throws IOException {
        return inode(name).bytes.clone();
    }

    /** Changes a file from outside, durably. */
    public synchronized void replace(String name, byte[] bytes) throws IOException {
        Inode inode = inode(name);
        inode.bytes = bytes.clone();
        inode.force();
    }

    /** Another directory with the same files, all of it durable. */
    public synchronized LossyDirectory copy() {
        LossyDirectory copy = new LossyDirectory();
        names.forEach(
                (name, inode) -> {
                    Inode twin = new Inode();
                    twin.bytes = inode.bytes.clone();
                    twin.force();
                    copy.names.put(name, twin);
                    copy.durableNames.put(name, twin);
                });
        return copy;
    }

    /** Sorted names of the files. */
    public synchronized List<String> names() {
        List<String> sorted = new ArrayList<>(names.keySet());
        sorted.sort(null);
        return sorted;
    }

    @Override
    public String toString() {
        return "(memory)";
    }
}
