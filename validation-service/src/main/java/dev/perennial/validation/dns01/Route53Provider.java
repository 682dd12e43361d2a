package dev.perennial.validation.dns01;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.selfcheck.ProbeRetries;
import dev.perennial.vault.Secret;
import java.time.Duration;
import java.time.InstantSource;
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
 * Amazon Route 53. Vault has {@code accessKeyId}, {@code secretAccessKey} and, with temporary ones, {@code sessionToken}. All values of
 * a name are one set there. It is changed by one batch that deletes the set as it was read and creates the one that is wanted; the
 * service refuses the whole batch where somebody else was faster, and then the set is read again. So nobody's value is lost,
 * which an UPSERT could not promise.
 */
final class Route53Provider implements DnsProvider {
    private static final int MOST_TRIES = 5;
    private static final int SHOWN = 400;
    private static final ProbeRetries UNTIL_IN_SYNC =
            new ProbeRetries(Duration.ofSeconds(1), Duration.ofSeconds(5), InstantSource.system());

    private final String name;
    private final Optional<String> zone;
    private final long ttl;
    private final Duration propagationLimit;
    private final Credentials credentials;
    private final Route53Client route53;
    private final StripedLocks turns = new StripedLocks();

    Route53Provider(String name, ProvidersConfig.Provider config, Credentials credentials) {
        this.name = name;
        this.zone = config.zone().map(text -> text.endsWith(".") ? text : text + ".");
        this.ttl = config.ttl().toSeconds();
        this.propagationLimit = config.propagationLimit();
        this.credentials = credentials;
        Duration limit = config.requestTimeout();
        var builder = Route53Client.builder()
                // The service is one for all regions, and requests to it are signed for this one.
                .region(Region.US_EAST_1)
                // Nothing is taken from the environment, a home directory or the host's metadata service.
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

    /** @return the id of the change; empty where there was nothing to change */
    private Optional<String> change(TxtRecord record, boolean wanted, AwsRequestOverrideConfiguration account) {
        return turns.take(record.fqdn(), () -> {
            String zoneId = asked("list its zones", () -> zoneOf(record, account));
            Optional<ResourceRecordSet> before = asked("show " + record.fqdn(), () -> read(zoneId, record, account));
            for (int i = 0; i < MOST_TRIES; i++) {
                List<Change> changes = changes(record, wanted, before);
                if (changes.isEmpty()) {
                    return Optional.empty();
                }
                try {
                    return Optional.of(write(zoneId, changes, account));
                } catch (SdkException e) {
                    if (!(e instanceof AwsServiceException said) || !isConflict(said)) {
                        throw told("change " + record.fqdn(), e);
                    }
                    Optional<ResourceRecordSet> now =
                            asked("show " + record.fqdn(), () -> read(zoneId, record, account));
                    if (now.equals(before)) {
                        // Nobody was faster, so it is the change itself.
                        throw refused("change " + record.fqdn(), said);
                    }
                    before = now;
                }
            }
            throw DnsErrors.unavailable(
                    "the DNS provider '" + name + "' could not change " + record.fqdn()
                            + ", because somebody else changes it all the time",
                    MOST_TRIES + " batches were refused, and the values were others each time");
        });
    }

    private List<Change> changes(TxtRecord record, boolean wanted, Optional<ResourceRecordSet> before) {
        List<String> had = before.map(ResourceRecordSet::resourceRecords).orElse(List.of()).stream()
                .map(ResourceRecord::value)
                .toList();
        var values = new TreeSet<>(had);
        boolean changed = wanted ? values.add(record.quotedValue()) : values.remove(record.quotedValue());
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
        // It begins with this set, or with the one after where there is none.
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

    /** Of the account's public zones the one that says most. */
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
                        "the account has no public hosted zone that is above it"));
    }

    /** Asking the name servers shows what those next to us have; the CA looks from all over the world. */
    private void awaitSync(TxtRecord record, String change, AwsRequestOverrideConfiguration account) {
        UNTIL_IN_SYNC
                .until(
                        propagationLimit,
                        number -> status(change, account) == ChangeStatus.INSYNC
                                ? Optional.empty()
                                : Optional.of(Problem.of(
                                        ErrorCode.DNS_UNAVAILABLE,
                                        "the DNS provider '" + name + "' did not bring " + record.fqdn()
                                                + " to all of its servers within " + propagationLimit.toSeconds()
                                                + " s",
                                        change + " is PENDING")))
                .ifPresent(problem -> {
                    throw new RetryLater(problem);
                });
    }

    private ChangeStatus status(String change, AwsRequestOverrideConfiguration account) {
        return asked("tell how far a change is", () -> route53.getChange(
                        request -> request.id(change).overrideConfiguration(account))
                .changeInfo()
                .status());
    }

    private <T> T asked(String what, Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw told(what, e);
        }
    }

    private RuntimeException told(String what, SdkException e) {
        return switch (e) {
            case AwsServiceException said
            when isPassing(said) ->
                DnsErrors.unavailable("the API of the DNS provider '" + name + "' cannot serve us now", said(said));
            case AwsServiceException said -> refused(what, said);
            default -> DnsErrors.unavailable("the API of the DNS provider '" + name + "' does not answer", e);
        };
    }

    private static boolean isPassing(AwsServiceException e) {
        return e.isThrottlingException() || e instanceof PriorRequestNotCompleteException || e.statusCode() >= 500;
    }

    /** The service has two forms for it, and the SDK finds no code in one of them. */
    private static boolean isConflict(AwsServiceException e) {
        return e instanceof InvalidChangeBatchException
                || (e.statusCode() == 400 && e.awsErrorDetails().errorCode() == null);
    }

    private RuntimeException refused(String what, AwsServiceException e) {
        return DnsErrors.refused(
                "the DNS provider '" + name + "' refused to " + what
                        + (e.statusCode() == 401 || e.statusCode() == 403 ? "; check its credentials" : ""),
                said(e));
    }

    private static String said(AwsServiceException e) {
        AwsErrorDetails details = e.awsErrorDetails();
        String text = details.errorCode() == null
                ? details.rawResponse().asUtf8String()
                : details.errorCode() + ": " + details.errorMessage();
        String shortened = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
        return "Route 53 answered " + e.statusCode() + ": " + shortened.replaceAll("[^\\x20-\\x7e]", ".");
    }
}
