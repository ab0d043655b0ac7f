package io.lockstep.tests.harness.database;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.apache.derby.drda.NetworkServerControl;
import org.h2.tools.Server;

/**
 * The main class of the child JVMs that serve Derby or H2: {@code ServerMain derby|h2 PORT
 * DIRECTORY}.
 */
final class ServerMain {
    private ServerMain() {}

    public static void main(String[] arguments) throws Exception {
        String engine = arguments[0];
        String port = arguments[1];
        String directory = arguments[2];
        switch (engine) {
            case "derby" -> serveDerby(Integer.parseInt(port), directory);
            case "h2" -> serveH2(port, directory);
            default -> throw new IllegalArgumentException("unknown engine " + engine);
        }
    }

    private static void serveDerby(int port, String directory) throws Exception {
        System.setProperty("derby.system.home", directory);
        NetworkServerControl server =
                new NetworkServerControl(InetAddress.getLoopbackAddress(), port);
        server.start(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        Thread.currentThread()
                .join(); // Derby's threads are daemons: this one keeps the JVM until it is killed
    }

    /**
     * {@code -ifNotExists} lets clients create databases; without it a fresh one would need a
     * second way in.
     */
    private static void serveH2(String port, String directory) throws Exception {
        System.setProperty("h2.bindAddress", "127.0.0.1");
        Server.createTcpServer("-tcpPort", port, "-baseDir", directory, "-ifNotExists").start();
    }
}
