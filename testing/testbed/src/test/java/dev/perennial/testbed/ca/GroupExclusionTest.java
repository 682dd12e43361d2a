package dev.perennial.testbed.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupExclusionTest {
    private final GroupExclusion rooms = new GroupExclusion();
    private final List<String> started = new ArrayList<>();

    @Test
    void letsManyIntoTheSameRoom() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.NEW_ORDER, "second");

        assertThat(started).containsExactly("first", "second");
    }

    @Test
    void keepsTheOtherRoomWaitingUntilTheLastOneHasLeft() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.NEW_ORDER, "second");
        enter(ExclusionGroup.AUTHORIZATION, "other");

        rooms.leave(ExclusionGroup.NEW_ORDER);
        assertThat(started).doesNotContain("other");

        rooms.leave(ExclusionGroup.NEW_ORDER);
        assertThat(started).contains("other");
    }

    @Test
    void queuesNewcomersBehindSomebodyWhoWaitsSoThatAStreamStarvesNobody() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.AUTHORIZATION, "other");
        enter(ExclusionGroup.NEW_ORDER, "newcomer");
        assertThat(started).containsExactly("first");

        rooms.leave(ExclusionGroup.NEW_ORDER);
        assertThat(started).containsExactly("first", "other");

        rooms.leave(ExclusionGroup.AUTHORIZATION);
        assertThat(started).containsExactly("first", "other", "newcomer");
    }

    @Test
    void admitsEverybodyWhoWaitsForARoomWhenItOpens() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.AUTHORIZATION, "a");
        enter(ExclusionGroup.NEW_ORDER, "second");
        enter(ExclusionGroup.AUTHORIZATION, "b");

        rooms.leave(ExclusionGroup.NEW_ORDER);

        assertThat(started).containsExactly("first", "a", "b");
    }

    @Test
    void letsOthersPassWhoeverIsInside() {
        enter(ExclusionGroup.NEW_ORDER, "first");
        enter(ExclusionGroup.AUTHORIZATION, "waits");

        enter(ExclusionGroup.ANY, "any");

        assertThat(started).containsExactly("first", "any");
    }

    private void enter(ExclusionGroup room, String name) {
        rooms.enter(room, () -> started.add(name));
    }
}
