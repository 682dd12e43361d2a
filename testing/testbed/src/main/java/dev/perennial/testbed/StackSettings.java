package dev.perennial.testbed;

import dev.perennial.testbed.ca.CaSettings;
import dev.perennial.testbed.dns.Zone;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The settings of a {@link Stack}, from {@link StackBuilder}. */
record StackSettings(
        Set<StackPart> parts,
        List<Site> sites,
        boolean sitesOnRequest,
        String host,
        List<String> allowedSuffixes,
        CaSettings ca,
        int replicas,
        Map<String, Map<String, Object>> issuers,
        Set<String> ownAcmeProxies,
        Map<String, Map<String, String>> serviceProperties,
        List<Zone> zones,
        boolean stepCa,
        SpanExport spans,
        boolean cuttable,
        OptionalInt http01OfDns,
        Optional<Path> runFolder,
        boolean keepRunFolder,
        boolean recordAotCaches,
        boolean vaultOnDisk,
        boolean simulatedClocks,
        OptionalInt hostDiskMegabytes,
        Backing backing,
        Progress progress) {
    StackSettings {
        parts = EnumSet.copyOf(parts);
        sites = List.copyOf(sites);
        allowedSuffixes = List.copyOf(allowedSuffixes);
        zones = List.copyOf(zones);
        issuers = Map.copyOf(issuers);
        ownAcmeProxies = Set.copyOf(ownAcmeProxies);
        serviceProperties = Map.copyOf(serviceProperties);
    }

    boolean has(StackPart part) {
        return parts.contains(part);
    }
}
