package dev.perennial.testbed.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupExclusionTest {
    private final GroupExclusion exclusion = new GroupExclusion();
    private final List<String> started = new ArrayList<>();

    @Test
    void runsRequestsOfTheSameGroupTogether() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.NEW_ORDER, "second");

        assertThat(started).containsExactly("first", "second");
    }

    @Test
    void delaysTheOtherGroupUntilTheLastRequestHasLeft() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.NEW_ORDER, "second");
        enter(ExclusionGroup.AUTHORIZATION, "other");

        exclusion.leave(ExclusionGroup.NEW_ORDER);
        assertThat(started).doesNotContain("other");

        exclusion.leave(ExclusionGroup.NEW_ORDER);
        assertThat(started).contains("other");
    }

    @Test
    void queuesLaterRequestsBehindAWaitingGroup() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.AUTHORIZATION, "other");
        enter(ExclusionGroup.NEW_ORDER, "newcomer");
        assertThat(started).containsExactly("first");

        exclusion.leave(ExclusionGroup.NEW_ORDER);
        assertThat(started).containsExactly("first", "other");

        exclusion.leave(ExclusionGroup.AUTHORIZATION);
        assertThat(started).containsExactly("first", "other", "newcomer");
    }

    @Test
    void runsAllWaitingRequestsOfTheNextGroup() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.AUTHORIZATION, "a");
        enter(ExclusionGroup.NEW_ORDER, "second");
        enter(ExclusionGroup.AUTHORIZATION, "b");

        exclusion.leave(ExclusionGroup.NEW_ORDER);

        assertThat(started).containsExactly("first", "a", "b");
    }

    @Test
    void runsRequestsWithoutAGroupAtAnyTime() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.AUTHORIZATION, "waits");

        enter(ExclusionGroup.ANY, "any");

        assertThat(started).containsExactly("first", "any");
    }

    private void enter(ExclusionGroup group, String name) {
        exclusion.enter(group, () -> started.add(name));
    }
}
