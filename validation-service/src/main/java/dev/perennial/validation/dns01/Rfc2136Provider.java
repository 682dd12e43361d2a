package dev.perennial.validation.dns01;

import dev.perennial.dns.DnsClient;
import dev.perennial.dns.QueryRefusedException;
import dev.perennial.dns.ServerAddress;
import dev.perennial.vault.Secret;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Update;

/**
 * Dynamic updates (RFC 2136) signed with TSIG (RFC 8945): BIND, Knot, PowerDNS, Windows DNS. The secret in Vault has
 * {@code keyName}, {@code secret} (base64) and, unless it is hmac-sha256, {@code algorithm}.
 */
final class Rfc2136Provider implements DnsProvider {
    private static final Map<String, Name> ALGORITHMS = Map.of(
            "hmac-sha256", TSIG.HMAC_SHA256,
            "hmac-sha384", TSIG.HMAC_SHA384,
            "hmac-sha512", TSIG.HMAC_SHA512);

    private final String name;
    private final InetSocketAddress server;
    private final Optional<String> zone;
    private final Duration ttl;
    private final Duration timeout;
    private final ExpectedRights expectedRights;
    private final Credentials credentials;

    Rfc2136Provider(String name, ProvidersConfig.Provider config, Credentials credentials) {
        String key = "perennial.dns-providers." + name + ".server";
        this.name = name;
        this.server = ServerAddress.parse(
                key, config.server().orElseThrow(() -> new IllegalArgumentException(key + " is missing")));
        this.zone = config.zone();
        this.ttl = config.ttl();
        this.timeout = config.requestTimeout();
        this.expectedRights = config.expectedRights();
        this.credentials = credentials;
    }

    @Override
    public void add(TxtRecord record) {
        update(record, Update::add);
    }

    @Override
    public void remove(TxtRecord record) {
        update(record, Update::delete);
    }

    private interface Change {
        void in(Update update, TXTRecord record);
    }

    private void update(TxtRecord record, Change change) {
        Secret secret = credentials.read("keyName", "secret");
        TSIG key = key(secret);
        try {
            Update update = new Update(DnsClient.absolute(zone(record, key)));
            change.in(
                    update,
                    new TXTRecord(DnsClient.absolute(record.fqdn()), DClass.IN, (int) ttl.toSeconds(), record.value()));
            require(record, resolver(key).send(update));
        } catch (TextParseException e) {
            throw DnsErrors.refused("the name of the challenge record is not a valid DNS name", e.getMessage());
        } catch (QueryRefusedException e) {
            throw DnsErrors.refused(
                    "the DNS provider '" + name + "' refused the query that finds the zone of " + record.fqdn()
                            + "; check the TSIG key, and that the server has the zone",
                    e.getMessage());
        } catch (IOException e) {
            throw noAnswer(e);
        }
    }

    private SimpleResolver resolver(TSIG key) {
        SimpleResolver resolver = new SimpleResolver(server);
        resolver.setTCP(true);
        resolver.setTimeout(timeout);
        resolver.setTSIGKey(key);
        return resolver;
    }

    private RuntimeException noAnswer(IOException e) {
        return DnsErrors.unavailable(
                "the DNS provider '" + name + "' does not answer at " + server
                        + "; check that the server is up and the port is open",
                e);
    }

    @Override
    public VisibleRights rights() {
        if (expectedRights == ExpectedRights.UNCHECKED) {
            return new VisibleRights.Unknown("its configuration excludes the check");
        }
        if (zone.isEmpty()) {
            return new VisibleRights.Unknown("its configuration names no zone");
        }
        TSIG key = key(credentials.read("keyName", "secret"));
        try {
            return new Rfc2136Rights(resolver(key), expectedRights).in(zone.get());
        } catch (IOException e) {
            throw noAnswer(e);
        }
    }

    /** The query is signed, because a server may serve the zone in a view for the key only. */
    private String zone(TxtRecord record, TSIG key) throws IOException {
        if (zone.isPresent()) {
            return zone.get();
        }
        return new DnsClient(Optional.of(server), false, timeout)
                .signedWith(key)
                .zoneOf(record.fqdn())
                .orElseThrow(() -> DnsErrors.refused(
                        "the server of the DNS provider '" + name + "' has no zone for " + record.fqdn(),
                        "no SOA record at " + server));
    }

    private TSIG key(Secret secret) {
        String algorithm = secret.field("algorithm").orElse("hmac-sha256").toLowerCase(Locale.ROOT);
        Name known = ALGORITHMS.get(algorithm);
        if (known == null) {
            throw DnsErrors.refused(
                    "the DNS provider '" + name + "' has an unsupported TSIG algorithm; correct the secret in Vault",
                    "'" + algorithm + "'; possible: " + ALGORITHMS.keySet());
        }
        try {
            return new TSIG(known, secret.require("keyName"), secret.require("secret"));
        } catch (IllegalArgumentException e) {
            // No cause: its message may contain the secret.
            throw DnsErrors.refused(
                    "the TSIG key of the DNS provider '" + name + "' is malformed; correct the secret in Vault",
                    "keyName is not a DNS name, or secret is not base64");
        }
    }

    private void require(TxtRecord record, Message answer) {
        String evidence =
                server + " answered " + Rcode.TSIGstring(answer.getRcode()) + " to the update of " + record.fqdn();
        switch (answer.getRcode()) {
            case Rcode.NOERROR -> {
                if (!answer.isVerified()) {
                    throw DnsErrors.refused(
                            "the answer to an update at the DNS provider '" + name
                                    + "' is not signed with the TSIG key; check that the address is correct",
                            evidence);
                }
            }
            case Rcode.SERVFAIL ->
                throw DnsErrors.unavailable(
                        "the DNS provider '" + name + "' failed to apply the update; it is retried", evidence);
            default ->
                throw DnsErrors.refused(
                        "the DNS provider '" + name
                                + "' refused the update; check the TSIG key, the zone and its update policy",
                        evidence);
        }
    }
}
