package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ApprovalDecided;
import dev.perennial.events.ApprovalRequested;
import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.RenewalRequested;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Site;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Topics of teams, which are created while the fleet runs. Write access to one is the right to request for its owner. */
class TeamTopicsScenarioIT {
    /** Its limit is 1,024 records. */
    private static final int MORE_THAN_A_CHANNEL_TAKES = 1_200;

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(Site.of("initiated", "initiated.demo.test"));

    private static FleetClient client;
    private static EventRecorder events;

    @BeforeAll
    static void start() {
        client = FLEET.client();
        events = FLEET.events();
        client.createTeamTopic("shop");
        client.createTeamTopic("blog");
    }

    @Test
    void acceptsRequestsOfATeamOnItsTopic() {
        String request = client.requestOfTeam("shop", client.ownedBy("shop", "team-own"));

        CertificateAccepted accepted =
                events.await(CertificateAccepted.class, it -> it.requestId().equals(request));
        assertThat(accepted.owner()).isEqualTo("shop");
    }

    /** The request claims to be of someone else, and its id is not trusted. */
    @Test
    void namesTheTopicAsTheInitiatorOfEveryEventOfTheCertificate() {
        String request = client.requestOfTeam(
                "shop",
                new CertificateRequested(
                        "initiated",
                        "shop",
                        List.of(new RequestedIdentifier("dns", "initiated.demo.test")),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(FLEET.stack().host()),
                        Map.of()),
                Map.of(CloudEvent.AUTH_TYPE, "api_key", CloudEvent.AUTH_ID, "token:admin"));
        CertificateAccepted accepted =
                events.await(CertificateAccepted.class, it -> it.requestId().equals(request));
        events.await(CertificateDeployed.class, it -> it.certificateId().equals(accepted.certificateId()));

        List<EventRecorder.Received> published = events.received().stream()
                .filter(record -> record.event() instanceof DecodedRecord.Known known
                        && (record.key().equals(accepted.certificateId().toString()) || isChallenge(known.event())))
                // The agent may find the bundle before it receives the fact: then it acts by itself.
                .filter(record -> !record.headers()
                        .get(CloudEvent.AUTH_ID)
                        .equals(Topic.sourceOfAgent(FLEET.stack().host()).toString()))
                .toList();

        assertThat(published)
                .extracting(record -> record.headers().get(CloudEvent.TYPE))
                .contains(
                        "certificate.accepted",
                        "order.placed",
                        "challenge.presented",
                        "order.authorized",
                        "certificate.issued");
        assertThat(published).allSatisfy(record -> assertThat(record.headers())
                .containsEntry(CloudEvent.AUTH_TYPE, "service_account")
                .containsEntry(CloudEvent.AUTH_ID, "topic:certificate.requests.shop"));
    }

    private static boolean isChallenge(CloudEvent event) {
        return event.data() instanceof ChallengePresented challenge
                && challenge.identifier().value().equals("initiated.demo.test");
    }

    @Test
    void refusesRequestsForAnotherOwner() {
        String request = client.requestOfTeam("blog", client.ownedBy("shop", "team-other"));

        assertThat(refusal(request)).isEqualTo(ErrorCode.ACCESS_DENIED);
        assertThat(events.all(CertificateAccepted.class, it -> it.name().equals("team-other")))
                .isEmpty();
    }

    @Test
    void refusesChangesOfACertificateOfAnotherOwner() {
        CertificateRequested certificate = client.ownedBy("shop", "team-target");
        String request = client.requestOfTeam("shop", certificate);
        events.await(CertificateAccepted.class, it -> it.requestId().equals(request));

        String renewal = client.requestOfTeam(
                "blog",
                new RenewalRequested(
                        Optional.empty(), Optional.of("shop"), Optional.of("team-target"), Optional.empty()));
        String revocation = client.requestOfTeam(
                "blog",
                new RevocationRequested(
                        Optional.empty(),
                        Optional.of("shop"),
                        Optional.of("team-target"),
                        Optional.empty(),
                        Optional.empty(),
                        RevocationReason.SUPERSEDED,
                        Optional.empty(),
                        Optional.empty()));

        assertThat(refusal(renewal)).isEqualTo(ErrorCode.ACCESS_DENIED);
        assertThat(refusal(revocation)).isEqualTo(ErrorCode.ACCESS_DENIED);
    }

    @Test
    void answersARequestThatNeedsAnApprovalTwice() {
        client.createTeamTopic("approved");
        client.applyPolicy("{\"owners\":{\"approved\":{\"approvals\":{\"requests\":{\"role\":\"approver\"}}}}}");
        String request = client.requestOfTeam("approved", client.ownedBy("approved", "team-approved"));
        ApprovalRequested waiting =
                events.await(ApprovalRequested.class, it -> it.requestId().equals(Optional.of(request)));
        assertThat(waiting.requester()).isEqualTo("topic:certificate.requests.approved");
        assertThat(events.all(CertificateAccepted.class, it -> it.requestId().equals(request)))
                .isEmpty();

        client.approve(waiting.approvalId());

        CertificateAccepted accepted =
                events.await(CertificateAccepted.class, it -> it.requestId().equals(request));
        assertThat(accepted.owner()).isEqualTo("approved");
        ApprovalDecided decided =
                events.await(ApprovalDecided.class, it -> it.approvalId().equals(waiting.approvalId()));
        assertThat(decided.outcome()).isEqualTo(ApprovalDecided.Outcome.APPROVED);
        assertThat(decided.decidedBy()).contains("token:admin");
    }

    /** The policy restricts an owner that no other test has. */
    @Test
    void refusesRequestsThatThePolicyOfTheTeamDoesNotAllow() {
        client.createTeamTopic("press");
        String before = client.requestOfTeam("press", client.ownedBy("press", "team-before"));
        events.await(CertificateAccepted.class, it -> it.requestId().equals(before));
        client.applyPolicy("{\"owners\":{\"press\":{\"allowedSuffixes\":[\"press.demo.test\"]}}}");

        String refused = client.requestOfTeam("press", client.ownedBy("press", "team-foreign"));
        String allowed = client.requestOfTeam("press", client.ownedBy("press", "team.press"));

        CertificateRefused refusal =
                events.await(CertificateRefused.class, it -> it.requestId().equals(refused));
        assertThat(refusal.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.FORBIDDEN_NAME);
            assertThat(problem.detail()).contains("[press.demo.test] only; rule owners.press.allowedSuffixes");
        });
        events.await(CertificateAccepted.class, it -> it.requestId().equals(allowed));
    }

    /** A row of the first team is locked, and more of its requests wait behind it than a channel takes. */
    @Test
    void answersATeamWhileTheRequestsOfAnotherCannotBeProcessed() throws SQLException {
        client.createTeamTopic("stuck");
        CertificateRequested certificate = client.ownedBy("stuck", "team-stuck");
        String first = client.requestOfTeam("stuck", certificate);
        events.await(CertificateAccepted.class, it -> it.requestId().equals(first));
        client.createTeamTopic("calm");
        String last = "";
        try (Connection connection = FLEET.stack().postgres().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(statement
                            .executeQuery("SELECT id FROM certificate WHERE name = 'team-stuck' FOR UPDATE")
                            .next())
                    .isTrue();
            for (int i = 0; i < MORE_THAN_A_CHANNEL_TAKES; i++) {
                last = client.requestOfTeam("stuck", certificate);
            }

            String calm = client.requestOfTeam("calm", client.ownedBy("calm", "team-calm"));

            events.await(CertificateAccepted.class, it -> it.requestId().equals(calm));
            connection.rollback();
        }
        String request = last;
        events.await(CertificateAccepted.class, it -> it.requestId().equals(request));
    }

    @Test
    void movesUnreadableRecordsToTheSharedDeadLetterTopic() {
        client.sendToTeam("blog", "{".getBytes(StandardCharsets.UTF_8));
        String next = client.requestOfTeam("blog", client.ownedBy("blog", "team-after"));

        events.await(CertificateAccepted.class, it -> it.requestId().equals(next));
        EventRecorder.Received deadLetter = events.await(
                "a dead letter",
                it -> it.topic().equals(Topic.REQUESTS.deadLetters("order-service"))
                        && Topic.ofTeam("blog").equals(it.headers().get("dead-letter-topic")));
        assertThat(deadLetter.value()).asString().isEqualTo("{");
    }

    private static ErrorCode refusal(String request) {
        return events.await(CertificateRefused.class, it -> it.requestId().equals(request))
                .problems()
                .getFirst()
                .code();
    }
}
