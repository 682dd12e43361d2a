package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import java.io.StringReader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Runs against a fake of Route 53's documented API (2013-04-01), never against the real one. */
class Route53ProviderTest extends FakeProviderContract {
    private static final String NAME = "_acme-challenge.www.corp.test";

    private final Route53 route53 = (Route53) api;

    Route53ProviderTest() {
        super(
                new Route53(),
                Map.of("accessKeyId", "RIGHT", "secretAccessKey", "secret"),
                Map.of("accessKeyId", "WRONG", "secretAccessKey", "secret"));
    }

    @Override
    DnsProvider provider(String name, URI url, Credentials credentials) {
        return new Route53Provider(name, ProviderSettings.api("route53", url), credentials);
    }

    @Test
    void keepsValuesThatAnotherClientWroteMeanwhile() {
        provider().add(new TxtRecord(NAME, "one"));
        route53.beforeNextChange.add(() -> route53.at(NAME).add("theirs"));

        provider().add(new TxtRecord(NAME, "two"));

        assertThat(values(NAME)).containsExactlyInAnyOrder("one", "theirs", "two");
        route53.beforeNextChange.add(() -> route53.at(NAME).add("late"));
        provider().remove(new TxtRecord(NAME, "one"));
        assertThat(values(NAME)).containsExactlyInAnyOrder("late", "theirs", "two");
    }

    @Test
    void retriesLaterIfAnotherClientAlwaysWritesFirst() {
        IntStream.range(0, 10)
                .forEach(
                        i -> route53.beforeNextChange.add(() -> route53.at(NAME).add("theirs-" + i)));

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> provider().add(new TxtRecord(NAME, "one")))
                .withMessageContaining("another client changes it");
    }

    @Test
    void waitsUntilTheChangeIsInSync() {
        route53.pending = 2;

        provider().add(new TxtRecord(NAME, "one"));

        assertThat(route53.requests)
                .filteredOn(path -> path.contains("/change/"))
                .hasSize(3);
    }

    @Test
    void retriesLaterIfTheChangeStaysPending() {
        route53.pending = 1_000;
        ProviderSettings shortLimits =
                ProviderSettings.api("route53", route53.address()).within(Duration.ofSeconds(1));

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() ->
                        new Route53Provider("right", shortLimits, credentials("right")).add(new TxtRecord(NAME, "one")))
                .satisfies(e -> assertThat(e.problem().evidence().orElseThrow()).contains("PENDING"));
    }

    @Test
    void reportsAChangeThatTheServiceRefuses() {
        route53.refusal = "RRSet of type TXT with DNS name " + NAME
                + ". is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists";

        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> provider().add(new TxtRecord(NAME, "one")))
                .satisfies(e -> {
                    assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UPDATE_REFUSED);
                    assertThat(e.problem().evidence().orElseThrow())
                            .contains("InvalidChangeBatch", "conflicting RRSet");
                });
        assertThat(route53.requests).filteredOn(path -> path.startsWith("POST")).hasSize(1);
    }

    @Test
    void retriesLaterAfterThrottling() {
        for (String code : List.of("Throttling", "PriorRequestNotComplete")) {
            route53.error = code;

            assertThatExceptionOfType(RetryLater.class)
                    .isThrownBy(() -> provider().add(new TxtRecord(NAME, "one")))
                    .satisfies(e ->
                            assertThat(e.problem().evidence().orElseThrow()).contains(code));
        }
    }

    @Test
    void selectsTheMostSpecificPublicZone() {
        provider().add(new TxtRecord("_acme-challenge.www.below.corp.test", "one"));

        assertThat(route53.requests).anyMatch(path -> path.startsWith("POST /2013-04-01/hostedzone/ZBELOW/rrset"));
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> provider().add(new TxtRecord("_acme-challenge.notcorp.test", "one")))
                .withMessageContaining("has no zone for _acme-challenge.notcorp.test");
    }

    /** One account with three public zones and a private one. Batches are all or nothing. */
    private static final class Route53 extends FakeProviderApi {
        private static final Map<String, String> ZONES =
                Map.of("ZCORP", "corp.test.", "ZBELOW", "below.corp.test.", "ZOTHER", "other.test.");

        final List<String> requests = new CopyOnWriteArrayList<>();
        final Deque<Runnable> beforeNextChange = new ArrayDeque<>();
        volatile int pending;
        volatile String error = "";
        volatile String refusal = "";
        private final Map<String, Integer> polls = new HashMap<>();
        private int changes;
        private int conflicts;

        @Override
        synchronized Reply reply(String method, URI uri, String authorization, String body) {
            requests.add(method + " " + uri);
            if (!authorization.matches("AWS4-HMAC-SHA256 Credential=RIGHT/\\d{8}/us-east-1/route53/aws4_request, "
                    + "SignedHeaders=\\S+, Signature=[0-9a-f]{64}")) {
                return error(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
            }
            if (!error.isEmpty()) {
                return error(400, error, "Rate exceeded");
            }
            String path = uri.getPath().replaceFirst("^/2013-04-01/", "");
            if (path.equals("hostedzone")) {
                return zones();
            }
            if (path.startsWith("change/")) {
                return new Reply(200, document("GetChange", info(path.substring("change/".length()))));
            }
            return method.equals("POST") ? change(body) : sets(uri.getQuery());
        }

        private static Reply zones() {
            String zones = ZONES.entrySet().stream()
                    .map(zone -> zone(zone.getKey(), zone.getValue(), false))
                    .collect(Collectors.joining());
            String inside = zone("ZPRIVATE", "www.below.corp.test.", true);
            return new Reply(
                    200,
                    document(
                            "ListHostedZones",
                            "<HostedZones>" + zones + inside
                                    + "</HostedZones><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems>"));
        }

        private static String zone(String id, String name, boolean inside) {
            return "<HostedZone><Id>/hostedzone/%s</Id><Name>%s</Name><CallerReference>x</CallerReference>"
                            .formatted(id, name)
                    + "<Config><PrivateZone>" + inside + "</PrivateZone></Config></HostedZone>";
        }

        /** The result starts at the requested name, or at the next one if it does not exist. */
        private Reply sets(String query) {
            assertThat(query).contains("type=TXT", "maxitems=1");
            String name = query.replaceAll(".*name=([^&]+?)\\.?(&.*|$)", "$1");
            String set = at(name).isEmpty()
                    ? set("zzz.corp.test.", List.of("\"another\""))
                    : set(name + ".", quoted(at(name)));
            return new Reply(
                    200,
                    document(
                            "ListResourceRecordSets",
                            "<ResourceRecordSets>" + set
                                    + "</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>1</MaxItems>"));
        }

        private static String set(String name, List<String> values) {
            return "<ResourceRecordSet><Name>" + name + "</Name><Type>TXT</Type><TTL>5</TTL><ResourceRecords>"
                    + values.stream()
                            .map(value -> "<ResourceRecord><Value>" + value + "</Value></ResourceRecord>")
                            .collect(Collectors.joining())
                    + "</ResourceRecords></ResourceRecordSet>";
        }

        private Reply change(String body) {
            if (!beforeNextChange.isEmpty()) {
                beforeNextChange.poll().run();
            }
            Map<String, List<String>> after = new HashMap<>();
            values.forEach((name, all) -> after.put(name, quoted(all)));
            String wrong = refusal;
            for (Element change : elements(parsed(body).getDocumentElement(), "Change")) {
                String name = text(change, "Name");
                List<String> submitted = elements(change, "Value").stream()
                        .map(Element::getTextContent)
                        .sorted()
                        .toList();
                List<String> has = after.getOrDefault(name.replaceAll("\\.$", ""), List.of()).stream()
                        .sorted()
                        .toList();
                wrong = switch (text(change, "Action")) {
                    case "DELETE" ->
                        has.equals(submitted) ? wrong : "the values provided do not match the current values";
                    case "CREATE" -> has.isEmpty() ? wrong : "but it already exists";
                    case "UPSERT" -> wrong;
                    default -> "unexpected";
                };
                after.put(name.replaceAll("\\.$", ""), text(change, "Action").equals("DELETE") ? List.of() : submitted);
            }
            if (!wrong.isEmpty()) {
                return conflict("[" + wrong + "]");
            }
            after.forEach((name, all) -> {
                at(name).clear();
                all.forEach(value -> at(name).add(value.substring(1, value.length() - 1)));
            });
            return new Reply(200, document("ChangeResourceRecordSets", info("C" + ++changes)));
        }

        /** The documentation shows one form; the service also sends the other. */
        private Reply conflict(String message) {
            return ++conflicts % 2 == 0
                    ? error(400, "InvalidChangeBatch", message)
                    : new Reply(
                            400,
                            "<InvalidChangeBatch"
                                    + " xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Messages><Message>"
                                    + message + "</Message></Messages></InvalidChangeBatch>");
        }

        private String info(String id) {
            String status = polls.merge(id, 1, Integer::sum) > pending + 1 ? "INSYNC" : "PENDING";
            return "<ChangeInfo><Id>/change/" + id + "</Id><Status>" + status
                    + "</Status><SubmittedAt>2026-11-21T12:00:00Z</SubmittedAt></ChangeInfo>";
        }

        private static List<String> quoted(List<String> values) {
            return values.stream().map(value -> '"' + value + '"').toList();
        }

        private static String document(String what, String content) {
            return "<?xml version=\"1.0\"?><" + what
                    + "Response xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\">" + content + "</" + what
                    + "Response>";
        }

        private static Reply error(int status, String code, String message) {
            return new Reply(
                    status,
                    "<ErrorResponse"
                            + " xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type><Code>"
                            + code + "</Code><Message>" + message
                            + "</Message></Error><RequestId>r</RequestId></ErrorResponse>");
        }

        private static Document parsed(String xml) {
            try {
                return DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml)));
            } catch (Exception e) {
                throw new AssertionError("not XML: " + xml, e);
            }
        }

        private static List<Element> elements(Element in, String name) {
            NodeList found = in.getElementsByTagName(name);
            List<Element> all = new ArrayList<>();
            for (int i = 0; i < found.getLength(); i++) {
                all.add((Element) found.item(i));
            }
            return all;
        }

        private static String text(Element in, String name) {
            return elements(in, name).getFirst().getTextContent();
        }
    }
}
