package dev.perennial.testbed.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomsTest {
    private final Rooms rooms = new Rooms();
    private final List<String> started = new ArrayList<>();

    @Test
    void letsManyIntoTheSameRoom() {
        enter(Room.NEW_ORDER, "first");
        enter(Room.NEW_ORDER, "second");

        assertThat(started).containsExactly("first", "second");
    }

    @Test
    void keepsTheOtherRoomWaitingUntilTheLastOneHasLeft() {
        enter(Room.NEW_ORDER, "first");
        enter(Room.NEW_ORDER, "second");
        enter(Room.AUTHORIZATION, "other");

        rooms.leave(Room.NEW_ORDER);
        assertThat(started).doesNotContain("other");

        rooms.leave(Room.NEW_ORDER);
        assertThat(started).contains("other");
    }

    @Test
    void queuesNewcomersBehindSomebodyWhoWaitsSoThatAStreamStarvesNobody() {
        enter(Room.NEW_ORDER, "first");
        enter(Room.AUTHORIZATION, "other");
        enter(Room.NEW_ORDER, "newcomer");
        assertThat(started).containsExactly("first");

        rooms.leave(Room.NEW_ORDER);
        assertThat(started).containsExactly("first", "other");

        rooms.leave(Room.AUTHORIZATION);
        assertThat(started).containsExactly("first", "other", "newcomer");
    }

    @Test
    void admitsEverybodyWhoWaitsForARoomWhenItOpens() {
        enter(Room.NEW_ORDER, "first");
        enter(Room.AUTHORIZATION, "a");
        enter(Room.NEW_ORDER, "second");
        enter(Room.AUTHORIZATION, "b");

        rooms.leave(Room.NEW_ORDER);

        assertThat(started).containsExactly("first", "a", "b");
    }

    @Test
    void letsOthersPassWhoeverIsInside() {
        enter(Room.NEW_ORDER, "first");
        enter(Room.AUTHORIZATION, "waits");

        enter(Room.ANY, "any");

        assertThat(started).containsExactly("first", "any");
    }

    private void enter(Room room, String name) {
        rooms.enter(room, () -> started.add(name));
    }
}
