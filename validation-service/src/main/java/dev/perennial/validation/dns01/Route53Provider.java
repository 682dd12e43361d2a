package dev.perennial.validation.dns01;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.selfcheck.ProbeRetries;
import dev.perennial.vault.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.route53.model.Change;
import software.amazon.awssdk.services.route53.model.ChangeAction;
import software.amazon.awssdk.services.route53.model.ChangeStatus;
import software.amazon.awssdk.services.route53.model.HostedZone;
import software.amazon.awssdk.services.route53.model.InvalidChangeBatchException;
import software.amazon.awssdk.services.route53.model.PriorRequestNotCompleteException;
import software.amazon.awssdk.services.route53.model.RRType;
import software.amazon.awssdk.services.route53.model.ResourceRecord;
import software.amazon.awssdk.services.route53.model.ResourceRecordSet;

/**
 * Amazon Route 53. The secret in Vault has {@code accessKeyId}, {@code secretAccessKey} and, for temporary
 * credentials, {@code sessionToken}. All values of a name form one record set. A change is one batch that deletes the
 * set as read and creates the new one. The service refuses the batch if another client changed the set meanwhile; the
 * set is then read again. No value of another client is lost, which UPSERT cannot guarantee.
 */
final class Route53Provider implements DnsProvider {
    private static final int MAX_ATTEMPTS = 5;
    private static final int MAX_EVIDENCE = 400;
    private static final ProbeRetries SYNC_RETRIES = new ProbeRetries(Duration.ofSeconds(1), Duration.ofSeconds(5));

    private final String name;
    private final Optional<String> zone;
    private final long ttl;
    private final Duration propagationLimit;
    private final Credentials credentials;
    private final Route53Client route53;
    private final StripedLocks locks = new StripedLocks();

    Route53Provider(String name, ProvidersConfig.Provider config, Credentials credentials) {
        this.name = name;
        this.zone = config.zone().map(text -> text.endsWith(".") ? text : text + ".");
        this.ttl = config.ttl().toSeconds();
        this.propagationLimit = config.propagationTimeout();
        this.credentials = credentials;
        Duration limit = config.requestTimeout();
        var builder = Route53Client.builder()
                // Route 53 is a global service; its requests are signed for this region.
                .region(Region.US_EAST_1)
                // No credentials from the environment, a home directory or the instance metadata service.
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(limit)
                        .socketTimeout(limit))
                .overrideConfiguration(override -> override.retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(limit)
                        .apiCallTimeout(limit.multipliedBy(3))
                        .defaultProfileFile(ProfileFile.aggregator().build()));
        config.url().ifPresent(builder::endpointOverride);
        this.route53 = builder.build();
    }

    @Override
    public void add(TxtRecord record) {
        AwsRequestOverrideConfiguration account = account();
        change(record, true, account).ifPresent(change -> awaitSync(record, change, account));
    }

    @Override
    public void remove(TxtRecord record) {
        change(record, false, account());
    }

    private AwsRequestOverrideConfiguration account() {
        Secret secret = credentials.read("accessKeyId", "secretAccessKey");
        String id = secret.require("accessKeyId");
        String key = secret.require("secretAccessKey");
        AwsCredentials account = secret.field("sessionToken")
                .<AwsCredentials>map(token -> AwsSessionCredentials.create(id, key, token))
                .orElseGet(() -> AwsBasicCredentials.create(id, key));
        return AwsRequestOverrideConfiguration.builder()
                .credentialsProvider(StaticCredentialsProvider.create(account))
                .build();
    }

    /** @return the id of the change; empty if nothing had to change */
    private Optional<String> change(TxtRecord record, boolean present, AwsRequestOverrideConfiguration account) {
        return locks.withLock(record.fqdn(), () -> {
            String zoneId = call("list its zones", () -> zoneOf(record, account));
            Optional<ResourceRecordSet> before = call("read " + record.fqdn(), () -> read(zoneId, record, account));
            for (int i = 0; i < MAX_ATTEMPTS; i++) {
                List<Change> changes = changes(record, present, before);
                if (changes.isEmpty()) {
                    return Optional.empty();
                }
                try {
                    return Optional.of(write(zoneId, changes, account));
                } catch (SdkException e) {
                    if (!(e instanceof AwsServiceException failure) || !isConflict(failure)) {
                        throw translate("change " + record.fqdn(), e);
                    }
                    Optional<ResourceRecordSet> now =
                            call("read " + record.fqdn(), () -> read(zoneId, record, account));
                    if (now.equals(before)) {
                        // No other client changed the set, so the service refuses the change itself.
                        throw refused("change " + record.fqdn(), failure);
                    }
                    before = now;
                }
            }
            throw DnsErrors.unavailable(
                    "the DNS provider '" + name + "' could not change " + record.fqdn()
                            + ", because another client changes it continuously; the change is retried",
                    MAX_ATTEMPTS + " batches were refused, and the values had changed each time");
        });
    }

    private List<Change> changes(TxtRecord record, boolean present, Optional<ResourceRecordSet> before) {
        List<String> had = before.map(ResourceRecordSet::resourceRecords).orElse(List.of()).stream()
                .map(ResourceRecord::value)
                .toList();
        var values = new TreeSet<>(had);
        boolean changed = present ? values.add(record.quotedValue()) : values.remove(record.quotedValue());
        List<Change> changes = new ArrayList<>();
        if (changed) {
            before.ifPresent(set -> changes.add(change(ChangeAction.DELETE, set)));
        }
        if (changed && !values.isEmpty()) {
            ResourceRecordSet.Builder set = before.map(ResourceRecordSet::toBuilder)
                    .orElseGet(() -> ResourceRecordSet.builder()
                            .name(record.absoluteName())
                            .type(RRType.TXT)
                            .ttl(ttl));
            changes.add(change(
                    ChangeAction.CREATE,
                    set.resourceRecords(values.stream()
                                    .map(value -> ResourceRecord.builder()
                                            .value(value)
                                            .build())
                                    .toList())
                            .build()));
        }
        return changes;
    }

    private static Change change(ChangeAction action, ResourceRecordSet set) {
        return Change.builder().action(action).resourceRecordSet(set).build();
    }

    private String write(String zoneId, List<Change> changes, AwsRequestOverrideConfiguration account) {
        return route53.changeResourceRecordSets(request -> request.hostedZoneId(zoneId)
                        .changeBatch(batch -> batch.changes(changes))
                        .overrideConfiguration(account))
                .changeInfo()
                .id();
    }

    private Optional<ResourceRecordSet> read(String zoneId, TxtRecord record, AwsRequestOverrideConfiguration account) {
        // The list starts at this set, or at the next one if it does not exist.
        return route53
                .listResourceRecordSets(request -> request.hostedZoneId(zoneId)
                        .startRecordName(record.absoluteName())
                        .startRecordType(RRType.TXT)
                        .maxItems("1")
                        .overrideConfiguration(account))
                .resourceRecordSets()
                .stream()
                .filter(set -> set.type() == RRType.TXT && set.name().equalsIgnoreCase(record.absoluteName()))
                .findFirst();
    }

    /** The public zone of the account with the longest matching name. */
    private String zoneOf(TxtRecord record, AwsRequestOverrideConfiguration account) {
        return route53
                .listHostedZonesPaginator(request -> request.overrideConfiguration(account))
                .hostedZones()
                .stream()
                .filter(one -> !one.config().privateZone()
                        && zone.map(one.name()::equalsIgnoreCase).orElse(true))
                .filter(one -> ("." + record.absoluteName()).endsWith("." + one.name()))
                .max(Comparator.comparingInt(one -> one.name().length()))
                .map(HostedZone::id)
                .orElseThrow(() -> DnsErrors.refused(
                        "the DNS provider '" + name + "' has no zone for " + record.fqdn(),
                        "no public hosted zone of the account contains it"));
    }

    /**
     * Waits for Route 53 itself: queries from here reach only the closest servers, but the CA validates from many
     * places.
     */
    private void awaitSync(TxtRecord record, String change, AwsRequestOverrideConfiguration account) {
        SYNC_RETRIES
                .until(
                        propagationLimit,
                        number -> status(change, account) == ChangeStatus.INSYNC
                                ? Optional.empty()
                                : Optional.of(Problem.of(
                                        ErrorCode.DNS_UNAVAILABLE,
                                        "the DNS provider '" + name + "' did not propagate " + record.fqdn()
                                                + " to all of its servers within " + propagationLimit.toSeconds()
                                                + " s",
                                        change + " is PENDING")))
                .ifPresent(problem -> {
                    throw new RetryLater(problem);
                });
    }

    private ChangeStatus status(String change, AwsRequestOverrideConfiguration account) {
        return call("return the status of a change", () -> route53.getChange(
                        request -> request.id(change).overrideConfiguration(account))
                .changeInfo()
                .status());
    }

    private <T> T call(String action, Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw translate(action, e);
        }
    }

    private RuntimeException translate(String action, SdkException e) {
        return switch (e) {
            case AwsServiceException failure
            when isTransient(failure) ->
                DnsErrors.unavailable(
                        "the API of the DNS provider '" + name + "' is temporarily unavailable", message(failure));
            case AwsServiceException failure -> refused(action, failure);
            default -> DnsErrors.unavailable("the API of the DNS provider '" + name + "' does not answer", e);
        };
    }

    private static boolean isTransient(AwsServiceException e) {
        return e.isThrottlingException() || e instanceof PriorRequestNotCompleteException || e.statusCode() >= 500;
    }

    /** The service uses two formats for this error; the SDK finds no code in one of them. */
    private static boolean isConflict(AwsServiceException e) {
        return e instanceof InvalidChangeBatchException
                || (e.statusCode() == 400 && e.awsErrorDetails().errorCode() == null);
    }

    private RuntimeException refused(String action, AwsServiceException e) {
        return DnsErrors.refused(
                "the DNS provider '" + name + "' refused to " + action
                        + (e.statusCode() == 401 || e.statusCode() == 403 ? "; check its credentials" : ""),
                message(e));
    }

    private static String message(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        String text = details.errorCode() == null
                ? details.rawResponse().asUtf8String()
                : details.errorCode() + ": " + details.errorMessage();
        String shortened = text.length() <= MAX_EVIDENCE ? text : text.substring(0, MAX_EVIDENCE) + "...";
        return "Route 53 answered " + e.statusCode() + ": " + shortened.replaceAll("[^\\x20-\\x7e]", ".");
    }
}
