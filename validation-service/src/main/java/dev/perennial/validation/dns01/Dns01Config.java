package dev.perennial.validation.dns01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Queries to authoritative servers for dns-01. */
@ConfigMapping(prefix = "perennial.dns01")
public interface Dns01Config {
    /** Port of the authoritative servers; other values than 53 are for tests. */
    @WithDefault("53")
    int authoritativePort();

    /**
     * The servers that must serve a TXT record before the CA is asked: every authoritative server, every authoritative
     * server that answers, the resolver (for a host without access to port 53 of other hosts), or none.
     */
    @WithDefault("authoritative")
    Dns01SelfCheck selfCheck();

    /** Whether records are written at the target of a CNAME; if false, no query precedes the writing of a record. */
    @WithDefault("true")
    boolean followCnames();

    /** Limit of one query over UDP, and of one over TCP. */
    @WithDefault("3s")
    Duration queryTimeout();
}
