package dev.perennial.orders.replacement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.EventCodec;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.parts.Postgres;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplacementSelectionIT {
    private static final Database DATABASE = Postgres.database();

    static {
        // n0 to n4, each issued a day later. Each has an older certificate with a serial number that ends in 00.
        DATABASE.inTransaction(tx -> tx.execute("""
                WITH made AS (
                    INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels, serial,
                        fingerprint, not_before, not_after, vault_path, vault_version, created_at, updated_at)
                    SELECT gen_random_uuid(), CASE WHEN i = 4 THEN 'mail' ELSE 'web' END, 'n' || i,
                        ARRAY['n' || i || CASE WHEN i < 2 THEN '.example.com' ELSE '.badexample.com' END, 'x.test'],
                        'new', 'EC_P256', '{}', jsonb_build_object('env', CASE WHEN i = 0 THEN 'prod' ELSE 'test' END, 'n', i::text),
                        to_hex(i + 16), lpad(to_hex(i), 64, '0'), timestamptz '2026-01-01Z' + i * interval '1 day',
                        timestamptz '2026-04-01Z' + i * interval '1 day', 'certificates/' || i, 1, now(), now()
                    FROM generate_series(0, 4) AS i
                    RETURNING *)
                INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type,
                    not_before, not_after, vault_path, vault_version, recorded_at, suggested_start,
                    renewal_id)
                SELECT fingerprint, id, id, CASE WHEN name = 'n3' THEN 'new' ELSE 'old' END, serial,
                    CASE WHEN name = 'n2' THEN 'RSA_2048' ELSE key_type END, not_before, not_after, vault_path, 1, now(),
                    CASE WHEN name IN ('n1', 'n3') THEN now() END, 'a.b' FROM made
                UNION ALL
                SELECT 'old' || fingerprint, id, id, 'older', serial || '00', 'RSA_4096', not_before - interval '60 days',
                    not_after, vault_path, 1, now(), now(), 'a.b' FROM made"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'issuer': 'old'} | n0 n1 n2 n4",
                "{'issuer': 'older'} | ",
                "{'keyType': 'RSA_2048'} | n2",
                "{'issuedFrom': '2026-01-02T00:00:00Z', 'issuedBefore': '2026-01-04T00:00:00Z'} | n1 n2",
                "{'serials': ['10', '13:', '1400', 'ffff']} | n0 n3",
                "{'owner': 'mail'} | n4",
                "{'suffix': 'example.com'} | n0 n1",
                "{'suffix': 'n2.badexample.com'} | n2",
                "{'suffix': 'x.test', 'owner': 'web', 'issuer': 'new'} | n3",
                "{'labels': {'env': 'prod'}} | n0",
                "{'labels': {'env': 'test', 'n': '3'}} | n3",
                "{'labels': {'env': ''}} | "
            })
    void findsCurrentCertificatesThatMatchAllCriteria(String selector, String names) throws Exception {
        Selector read = EventCodec.mapper().readValue(selector.replace('\'', '"'), Selector.class);

        assertThat(found(read, 100).stream().map(Candidate::name).sorted())
                .containsExactly(names == null ? new String[0] : names.split(" "));
    }

    @Test
    void ranksServedCertificatesFirstThenByExpiry() throws Exception {
        Selector all = EventCodec.mapper().readValue("{\"suffix\": \"x.test\"}", Selector.class);
        DATABASE.inTransaction(
                tx -> tx.execute("UPDATE certificate SET targets = ARRAY['web-1'] WHERE name IN ('n2', 'n4')"));

        assertThat(found(all, 100)).extracting(Candidate::name).containsExactly("n2", "n4", "n0", "n1", "n3");
    }

    @Test
    void marksExemptCertificates() throws Exception {
        Selector all = EventCodec.mapper().readValue("{\"suffix\": \"x.test\"}", Selector.class);

        assertThat(found(all, 100))
                .filteredOn(Candidate::exempt)
                .extracting(Candidate::name)
                .as("with a suggestion of the CA that receives the order")
                .containsExactly("n3");
        assertThat(found(all, 3)).hasSize(3);
    }

    private static List<Candidate> found(Selector selector, int limit) {
        return DATABASE.inTransaction(tx -> {
            UUID id = UUID.randomUUID();
            Instant now = Instant.parse("2026-01-01T00:00:00Z");
            new ReplacementTable(tx)
                    .add(
                            id,
                            new PlanRequest(
                                    selector,
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    false,
                                    Optional.empty()),
                            "a test",
                            1,
                            now,
                            ReplacementFixture.OPERATOR,
                            now);
            int stored = new ReplacementSelection(tx).store(id, selector, limit, now);
            ReplacementItems items = new ReplacementItems(tx, id);
            int[] ranks = items.ranks(EnumSet.of(ItemState.WAITING));
            assertThat(ranks).containsExactly(IntStream.range(0, stored).toArray());
            List<Candidate> found = new ArrayList<>();
            new PagedCandidates(items, ranks, UnaryOperator.identity()).forEach(found::add);
            return found;
        });
    }
}
