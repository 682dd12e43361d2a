package dev.perennial.issuerfeed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LatestRevisionsTest {
    private final LatestRevisions revisions = new LatestRevisions();

    @Test
    void ignoresOlderSettingsAfterNewerOnes() {
        assertThat(isCurrent("zerossl", 4)).isTrue();
        assertThat(isCurrent("zerossl", 7)).isTrue();
        assertThat(isCurrent("zerossl", 4)).isFalse();
        assertThat(isCurrent("zerossl", 7)).as("published again at each start").isTrue();
        assertThat(isCurrent("letsencrypt", 2)).as("another issuer").isTrue();
    }

    @Test
    void acceptsSettingsOfEarlierVersions() {
        isCurrent("zerossl", 7);

        assertThat(revisions.isCurrent("zerossl", Optional.empty())).isTrue();
    }

    private boolean isCurrent(String name, long revision) {
        return revisions.isCurrent(name, Optional.of(revision));
    }
}
