package io.lockstep.controller.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where to listen.
 *
 * @param host name or address, without brackets
 * @param port 0 = any free one
 */
public record ListenAddress(String host, int port) {
    /** Reachable from this machine only. A name that cannot be resolved is not. */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // the bind will say so; here it means: not known to be safe
        }
    }

    /** For binding; resolves the name. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
