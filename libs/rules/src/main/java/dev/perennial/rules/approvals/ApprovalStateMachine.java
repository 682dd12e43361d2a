package dev.perennial.rules.approvals;

import java.util.Locale;

/** The transitions of an approval. */
public final class ApprovalStateMachine {
    private ApprovalStateMachine() {}

    /** A command of a principal. */
    public enum Command {
        APPROVE(ApprovalState.APPROVED),
        REJECT(ApprovalState.REJECTED),
        WITHDRAW(ApprovalState.WITHDRAWN);

        private final ApprovalState next;

        Command(ApprovalState next) {
            this.next = next;
        }
    }

    /** The result of a command. */
    public sealed interface Move {
        record To(ApprovalState next) implements Move {}

        /** The same principal has given the same command before. */
        record Unchanged() implements Move {}

        record Refused(String reason) implements Move {}
    }

    /**
     * @param expired whether the time for the decision is over, also if no worker has recorded it yet
     * @param again whether the principal of the command is the one who decided
     */
    public static Move on(ApprovalState state, Command command, boolean expired, boolean again) {
        if (state == ApprovalState.WAITING) {
            return expired ? new Move.Refused("the time for its decision is over") : new Move.To(command.next);
        }
        return state == command.next && again
                ? new Move.Unchanged()
                : new Move.Refused("it is " + state.name().toLowerCase(Locale.ROOT) + " already");
    }
}
