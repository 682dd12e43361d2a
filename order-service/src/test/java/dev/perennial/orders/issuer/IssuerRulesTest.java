package dev.perennial.orders.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.CaPreset;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Network;
import dev.perennial.events.Problem;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.requests.Policy;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class IssuerRulesTest {
    private static final Policy POLICY =
            new Policy(List.of("example.com"), List.of(), "local", List.of(Network.parse("192.0.2.0/24")));

    @Test
    void acceptsAnIssuerWithEverySetting() throws IOException {
        assertThat(check("""
                {"directory":"https://ca.example.com/directory","preset":"zerossl","profile":"classic",
                 "contact":"mailto:pki@example.com","termsOfServiceAgreed":true,"eabPath":"eab/zerossl",
                 "requestTimeout":"PT10S","keyTypes":["RSA_2048"],"allowedSuffixes":["example.com","a.example.com"],
                 "allowedNetworks":["192.0.2.0/24","192.0.2.128/25","192.0.2.7/32"],
                 "challenges":[{"methods":["http-01"]},{"suffix":"a.example.com","methods":["dns-01"],"provider":"bind"}],
                 "limits":"none","fallbacks":["other"],"rehearsal":"other"}""")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CaPreset.class)
    void acceptsEveryPreset(CaPreset preset) throws IOException {
        assertThat(check("""
                {"directory":"https://ca.example.com/directory","preset":"%s"}""".formatted(preset.settingsName()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
                    "directory":"http://ca.example.com/d"       | field 'directory': must be an https URL
                    "directory":"https://u:p@ca.example.com/d"  | field 'directory': must be an https URL
                    "directory":"https:opaque"                  | field 'directory': must be an https URL
                    "preset":"lets-encrypt"                     | field 'preset': 'lets-encrypt' does not exist; existing: [letsencrypt,
                    "trustedRoots":"nothing"                    | field 'trustedRoots': must be one or more certificates
                    "profile":"with space"                      | field 'profile'
                    "contact":"pki@example.com"                 | field 'contact': must be a URL such as mailto:
                    "eabPath":"accounts/other"                  | field 'eabPath': must be a path below eab/
                    "eabPath":"eab/../accounts/other"           | field 'eabPath': must be a path below eab/
                    "requestTimeout":"PT0S"                     | field 'requestTimeout': must be from PT0.1S to PT50S
                    "requestTimeout":"PT1M"                     | field 'requestTimeout': must be from PT0.1S to PT50S
                    "renewBefore":"PT0S"                        | field 'renewBefore': must be positive
                    "renewBefore":"PT99999H"                    | field 'renewBefore': must be positive and at most PT19800H
                    "preferredChain":" "                        | field 'preferredChain': must be a common name
                    "maxIdentifiers":0                          | field 'maxIdentifiers': must be from 1 to 100
                    "maxIdentifiers":101                        | field 'maxIdentifiers': must be from 1 to 100
                    "keyTypes":["EC_P256","EC_P256"]            | field 'keyTypes': one of them is listed twice
                    "allowedSuffixes":["example.org"]           | field 'allowedSuffixes[0]': 'example.org' is not in a domain that perennial.policy.allowed-suffixes
                    "allowedSuffixes":["Example.com"]           | field 'allowedSuffixes[0]': 'Example.com' is not a domain in lower case
                    "allowedNetworks":["192.0.0.0/16"]          | field 'allowedNetworks[0]': '192.0.0.0/16' is not in a network that perennial.policy.allowed-networks
                    "allowedNetworks":["192.0.2.1/24"]          | field 'allowedNetworks[0]': '192.0.2.1/24' is not a network such as
                    "challenges":[{"methods":["dns-1"]}]        | field 'challenges[0].methods[0]': 'dns-1' is not a method; possible: [dns-01,
                    "challenges":[{"suffix":"*.a","provider":"p"}] | field 'challenges[0].suffix'
                    "challenges":[{}]                           | field 'challenges[0]': has neither methods nor a provider
                    "challenges":[{"provider":"a"},{"provider":"b"}] | field 'challenges[1].suffix': another rule has the same suffix
                    "limits":"letsencrypt"                      | field 'limits': 'letsencrypt' does not exist; existing: [lets-encrypt, none]
                    "fallbacks":["local"]                       | field 'fallbacks[0]': 'local' is this issuer itself
                    "fallbacks":["unknown"]                      | field 'fallbacks[0]': 'unknown' does not exist; existing: [other]
                    "fallbacks":["other","other"]               | field 'fallbacks': one of them is listed twice
                    "rehearsal":"unknown"                        | field 'rehearsal': 'unknown' does not exist
                    """)
    void reportsInvalidFields(String field, String message) throws IOException {
        String directory = field.contains("directory") ? "" : "\"directory\":\"https://ca.example.com/d\",";
        assertThat(check("{" + directory + field + "}"))
                .singleElement()
                .asString()
                .contains(message);
    }

    @Test
    void reportsEveryProblemAtOnce() throws IOException {
        assertThat(check("""
                {"directory":"http://ca.example.com/","limits":"x","rehearsal":"x","keyTypes":["EC_P256","EC_P256"],
                 "allowedSuffixes":["a.org","b.org"]}""")).hasSize(6);
    }

    private static List<String> check(String json) throws IOException {
        IssuerSettings settings = IssuerReader.read("local", EventCodec.mapper().readTree(json));
        return IssuerRules.check(settings, Set.of("other"), POLICY, Limits.PRESETS.keySet()).stream()
                .map(Problem::detail)
                .toList();
    }
}
