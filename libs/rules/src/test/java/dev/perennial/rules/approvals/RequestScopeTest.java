package dev.perennial.rules.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.rules.access.Resource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestScopeTest {
    private static final Resource WEB = Resource.certificate("web", "www", "public");
    private static final Resource BLOG = Resource.certificate("blog", "www", "public");

    @Test
    void includesFewerEffects() {
        assertThat(scope(revokes(WEB, "aa", true)).beyond(scope(revokes(WEB, "aa", true), revokes(BLOG, "bb", false))))
                .isEmpty();
        assertThat(RequestScope.of(WEB).beyond(scope(revokes(WEB, "aa", false))))
                .isEmpty();
    }

    @Test
    void doesNotIncludeAnotherCertificateNorAnotherOwner() {
        assertThat(scope(revokes(WEB, "bb", false)).beyond(scope(revokes(WEB, "aa", false))))
                .contains(revokes(WEB, "bb", false));
        assertThat(scope(revokes(BLOG, "aa", false)).beyond(scope(revokes(WEB, "aa", false))))
                .isPresent();
        assertThat(RequestScope.of(BLOG).beyond(RequestScope.of(WEB))).isPresent();
    }

    @Test
    void doesNotIncludeAnotherDecisionAboutTheRetirement() {
        assertThat(scope(revokes(WEB, "aa", false)).beyond(scope(revokes(WEB, "aa", true))))
                .isPresent();
        assertThat(scope(revokes(WEB, "aa", true)).beyond(scope(revokes(WEB, "aa", false))))
                .isPresent();
    }

    /** The stored effects could not be read. */
    @Test
    void includesNothingWithoutEffects() {
        assertThat(RequestScope.of(WEB).beyond(scope())).isPresent();
    }

    private static RequestEffect revokes(Resource resource, String fingerprint, boolean retires) {
        return new RequestEffect(resource, Optional.of(fingerprint), retires);
    }

    private static RequestScope scope(RequestEffect... effects) {
        return new RequestScope(Resource.INSTALLATION, List.of(effects));
    }
}
