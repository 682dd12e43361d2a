package dev.perennial.testbed.ca;

import static dev.perennial.testbed.ca.RequestKind.FINALIZE;
import static dev.perennial.testbed.ca.RequestKind.NEW_ORDER;
import static dev.perennial.testbed.ca.RequestKind.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final Set<String> SHOP = Set.of("shop.test", "www.shop.test");

    private final Faults faults = new Faults();

    @Test
    void appliesToTheSelectedKindsAndOrder() {
        Fault fault = faults.at(FINALIZE, ORDER).of("shop.test").switchOn(Misbehaviour.unavailable());

        assertThat(faults.next(FINALIZE, SHOP)).isPresent();
        assertThat(faults.next(ORDER, SHOP)).isPresent();
        assertThat(faults.next(NEW_ORDER, SHOP)).isEmpty();
        assertThat(faults.next(FINALIZE, Set.of("bank.test"))).isEmpty();
        assertThat(faults.next(FINALIZE, Set.of())).isEmpty();
        assertThat(fault.injections()).isEqualTo(2);
    }

    @Test
    void skipsTheFirstRequestsAndAppliesToTheGivenNumber() {
        Fault fault = faults.at(FINALIZE).after(1).times(2).switchOn(Misbehaviour.unavailable());

        assertThat(faults.next(FINALIZE, SHOP)).isEmpty();
        assertThat(faults.next(FINALIZE, SHOP)).isPresent();
        assertThat(faults.next(FINALIZE, SHOP)).isPresent();
        assertThat(faults.next(FINALIZE, SHOP)).isEmpty();
        assertThat(fault.injections()).isEqualTo(2);
    }

    @Test
    void appliesTheNextFaultAfterTheFirstHasEnded() {
        Misbehaviour first = Misbehaviour.unavailable();
        Misbehaviour second = Misbehaviour.dropsConnection();
        faults.at(FINALIZE).times(1).switchOn(first);
        faults.at(FINALIZE).times(1).switchOn(second);

        assertThat(faults.next(FINALIZE, SHOP)).containsSame(first);
        assertThat(faults.next(FINALIZE, SHOP)).containsSame(second);
        assertThat(faults.next(FINALIZE, SHOP)).isEmpty();
    }

    @Test
    void appliesToNoRequestWhenSwitchedOff() {
        Fault one = faults.at(FINALIZE).switchOn(Misbehaviour.unavailable());
        faults.at(NEW_ORDER).switchOn(Misbehaviour.unavailable());

        one.switchOff();
        assertThat(faults.next(FINALIZE, SHOP)).isEmpty();
        assertThat(faults.next(NEW_ORDER, SHOP)).isPresent();

        faults.switchAllOff();
        assertThat(faults.next(NEW_ORDER, SHOP)).isEmpty();
    }
}
