package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.ServerAddress;
import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.PowerDnsPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.validation.challenges.PresentationException;
import dev.perennial.vault.SecretPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Update;

/** Runs the files of docs/operating/dns in real servers. No AWS account is available: their policy is only read. */
class ReadyMadeRightsIT {
    private static final Path FOLDER = Checkout.find().root().resolve("docs/operating/dns");
    private static final String ZONE = "example.com";
    private static final TxtRecord CHALLENGE = new TxtRecord("_acme-challenge.www.example.com", "one");
    private static final TxtRecord OTHER_NAME = new TxtRecord("_dmarc.example.com", "one");

    private final DnsTestServers servers = new DnsTestServers();

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void theKeyForBindMayChangeChallengesOnly() throws IOException {
        BindPart bind = servers.bind(List.of(Zone.onLoopback(ZONE)), updatePolicy(ZONE, "perennial-example-com"));
        DnsProvider provider = provider("bind", bind.resolver(), ZONE, ExpectedRights.CHALLENGE_NAMES);

        provider.add(CHALLENGE);
        assertThat(DnsTestServers.values(bind.resolver(), CHALLENGE.fqdn())).containsExactly("one");
        provider.remove(CHALLENGE);
        assertThat(DnsTestServers.values(bind.resolver(), CHALLENGE.fqdn())).isEmpty();

        assertThatExceptionOfType(PresentationException.class).isThrownBy(() -> provider.add(OTHER_NAME));
        assertThat(provider.rights()).isEqualTo(new VisibleRights.AsExpected());
    }

    @Test
    void theKeyForAZoneOfChallengesInBindMayChangeTxtOnly() throws IOException {
        BindPart bind = servers.bind(
                List.of(Zone.onLoopback("acme.example.org")),
                updatePolicy("acme.example.org", "perennial-acme-example-org"));
        DnsProvider provider = provider("bind", bind.resolver(), "acme.example.org", ExpectedRights.TXT);

        provider.add(new TxtRecord("www.example.net.acme.example.org", "one"));

        assertThat(provider.rights()).isEqualTo(new VisibleRights.AsExpected());
    }

    @Test
    void thePolicyForPowerDnsPermitsChallengesOnly() throws IOException {
        PowerDnsPart powerDns = powerDns();
        String server = powerDns.resolver();
        DnsProvider provider = provider("right", server, ZONE, ExpectedRights.UNCHECKED);

        provider.add(CHALLENGE);
        assertThat(DnsTestServers.values(server, CHALLENGE.fqdn())).containsExactly("one");
        provider.remove(CHALLENGE);
        assertThat(DnsTestServers.values(server, CHALLENGE.fqdn())).isEmpty();

        // PowerDNS answers NOERROR to a change that its policy does not permit, so nothing can be seen of the rights.
        provider.add(OTHER_NAME);
        assertThat(DnsTestServers.values(server, OTHER_NAME.fqdn())).isEmpty();
        assertThat(provider("right", server, ZONE, ExpectedRights.TXT).rights())
                .isInstanceOf(VisibleRights.Broader.class);
    }

    /** With a script, PowerDNS checks neither the addresses nor the keys that are permitted otherwise. */
    @Test
    void thePolicyForPowerDnsPermitsOnlyTheKeyOfTheZone() throws IOException {
        PowerDnsPart powerDns = powerDns();
        String server = powerDns.resolver();
        TxtRecord inOtherZone = new TxtRecord("_acme-challenge.example.net", "one");

        provider("other", server, ZONE, ExpectedRights.UNCHECKED).add(CHALLENGE);
        provider("right", server, "example.net", ExpectedRights.UNCHECKED).add(inOtherZone);
        assertThat(unsignedUpdate(server)).isEqualTo(Rcode.NOERROR);
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> provider("forged", server, ZONE, ExpectedRights.UNCHECKED)
                        .add(CHALLENGE));

        assertThat(DnsTestServers.values(server, CHALLENGE.fqdn())).isEmpty();
        assertThat(DnsTestServers.values(server, inOtherZone.fqdn())).isEmpty();
    }

    private PowerDnsPart powerDns() {
        PowerDnsPart powerDns = new PowerDnsPart(servers.run, servers.launcher, List.of(ZONE, "example.net"))
                .withUpdatePolicy(FOLDER.resolve("powerdns-update-policy.lua"));
        powerDns.start();
        addKey(powerDns, "right", "perennial-example-com");
        addKey(powerDns, "other", "perennial-example-net");
        credential("forged", "perennial-example-com", secret());
        return powerDns;
    }

    private void addKey(PowerDnsPart powerDns, String provider, String keyName) {
        String secret = secret();
        powerDns.addKey(keyName, secret);
        credential(provider, keyName, secret);
    }

    private void credential(String provider, String keyName, String secret) {
        servers.vault.createOnly(SecretPath.dnsProvider(provider), Map.of("keyName", keyName, "secret", secret));
    }

    private static int unsignedUpdate(String server) throws IOException {
        Update update = new Update(DnsClient.absolute(ZONE));
        update.add(new TXTRecord(DnsClient.absolute(CHALLENGE.fqdn()), DClass.IN, 5, "one"));
        SimpleResolver resolver = new SimpleResolver(ServerAddress.parse("test", server));
        resolver.setTCP(true);
        return resolver.send(update).getRcode();
    }

    @Test
    void thePolicyForRoute53PermitsTheRequestsOfTheProvider() throws IOException {
        JsonNode policy =
                ProviderApi.JSON.readTree(FOLDER.resolve("route53-policy.json").toFile());

        List<String> actions = new ArrayList<>();
        policy.path("Statement")
                .forEach(statement -> statement.path("Action").forEach(action -> actions.add(action.asText())));
        assertThat(actions)
                .containsExactlyInAnyOrder(
                        "route53:ListHostedZones",
                        "route53:GetChange",
                        "route53:ListResourceRecordSets",
                        "route53:ChangeResourceRecordSets");
        JsonNode changes = policy.path("Statement").findParents("Condition").getFirst();
        assertThat(changes.path("Action").toString()).isEqualTo("[\"route53:ChangeResourceRecordSets\"]");
        assertThat(changes.findValues("route53:ChangeResourceRecordSetsRecordTypes")
                        .toString())
                .isEqualTo("[[\"TXT\"]]");
        assertThat(changes.findValues("route53:ChangeResourceRecordSetsActions").toString())
                .isEqualTo("[[\"CREATE\",\"DELETE\"]]");
    }

    /** The statement of this zone in the example, for the key of the test server. */
    private static String updatePolicy(String zone, String keyName) throws IOException {
        String example = Files.readString(FOLDER.resolve("bind.conf"));
        Matcher statement = Pattern.compile("(?s)zone \"" + Pattern.quote(zone) + "\" \\{.*?(update-policy \\{.*?};)")
                .matcher(example);
        assertThat(statement.find()).isTrue();
        return statement.group(1).replace('"' + keyName + '"', BindPart.KEY_NAME);
    }

    private DnsProvider provider(String name, String server, String zone, ExpectedRights expected) {
        return new Rfc2136Provider(
                name, ProviderSettings.rfc2136(server).of(zone, expected), new Credentials(name, servers.vault));
    }

    private static String secret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
