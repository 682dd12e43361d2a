package dev.perennial.rules.replacement;

import java.util.Locale;

/** The transitions of a replacement run. */
public final class RunStateMachine {
    private RunStateMachine() {}

    /** A command from an operator or from the run itself. */
    public enum Command {
        APPROVE,
        PAUSE,
        RESUME,
        CANCEL,
        /** Too many items failed. */
        STOP,
        /** Every item has ended. */
        FINISH
    }

    /** The result of a command. */
    public sealed interface Move {
        record To(RunState next) implements Move {}

        /** The run is already in that state: a repeated command has no effect. */
        record Unchanged() implements Move {}

        record Refused(String reason) implements Move {}
    }

    /** @param planExpired whether the plan was not approved in time */
    public static Move on(RunState state, Command command, boolean planExpired) {
        return switch (command) {
            case APPROVE -> approve(state, planExpired);
            case PAUSE ->
                switch (state) {
                    case RUNNING -> new Move.To(RunState.PAUSED);
                    case PAUSED -> new Move.Unchanged();
                    case PLANNED, DONE, CANCELLED -> refused("pause", state);
                };
            case RESUME ->
                switch (state) {
                    case PAUSED -> new Move.To(RunState.RUNNING);
                    case RUNNING -> new Move.Unchanged();
                    case PLANNED, DONE, CANCELLED -> refused("resume", state);
                };
            case CANCEL ->
                switch (state) {
                    case PLANNED, RUNNING, PAUSED -> new Move.To(RunState.CANCELLED);
                    case CANCELLED -> new Move.Unchanged();
                    case DONE -> refused("cancel", state);
                };
            case STOP ->
                switch (state) {
                    case RUNNING -> new Move.To(RunState.PAUSED);
                    case PAUSED, DONE, CANCELLED -> new Move.Unchanged();
                    case PLANNED -> refused("stop", state);
                };
            case FINISH ->
                switch (state) {
                    case RUNNING, PAUSED -> new Move.To(RunState.DONE);
                    case DONE, CANCELLED -> new Move.Unchanged();
                    case PLANNED -> refused("finish", state);
                };
        };
    }

    private static Move approve(RunState state, boolean planExpired) {
        return switch (state) {
            case PLANNED ->
                planExpired
                        ? new Move.Refused("the plan has expired and may be outdated; create a new plan and review it")
                        : new Move.To(RunState.RUNNING);
            case RUNNING -> new Move.Unchanged();
            case PAUSED, DONE, CANCELLED -> refused("approve", state);
        };
    }

    private static Move refused(String verb, RunState state) {
        String hint = state == RunState.PAUSED ? "; it was approved before, resume it" : "";
        return new Move.Refused(
                "the replacement is " + state.name().toLowerCase(Locale.ROOT) + " and cannot " + verb + hint);
    }
}
