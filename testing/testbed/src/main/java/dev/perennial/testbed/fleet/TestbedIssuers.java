package dev.perennial.testbed.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.testbed.ca.AcmeProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Settings of the testbed's CA as one or several issuers. */
public final class TestbedIssuers {
    private TestbedIssuers() {}

    /**
     * Settings of the CA behind the proxy.
     *
     * @param changes overrides of the testbed's settings, by JSON name
     */
    public static IssuerSettings settings(String name, AcmeProxy acmeProxy, Map<String, Object> changes) {
        Map<String, Object> settings = new HashMap<>(at(acmeProxy));
        settings.put("name", name);
        settings.putAll(changes);
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }

    /** The issuers file of the order-service. JSON is valid YAML. */
    static String file(Function<String, AcmeProxy> proxies, Map<String, Map<String, Object>> changesByName) {
        Map<String, Map<String, Object>> issuers = new TreeMap<>();
        changesByName.forEach((name, changes) -> {
            Map<String, Object> settings = new TreeMap<>(at(proxies.apply(name)));
            settings.putAll(changes);
            issuers.put(name, settings);
        });
        try {
            return EventCodec.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(Map.of("issuers", issuers));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> at(AcmeProxy acmeProxy) {
        try {
            return Map.of(
                    "directory",
                    acmeProxy.directory().toString(),
                    "trustedRoots",
                    Files.readString(acmeProxy.roots()),
                    "profile",
                    "default",
                    "contact",
                    "mailto:operators@demo.test",
                    "termsOfServiceAgreed",
                    true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
