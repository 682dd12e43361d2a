package dev.perennial.validation.orders;

import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The deliveries that use a response. A CA may answer newOrder for the same names with the same order: two deliveries
 * then present the same response, and the end of one must not withdraw it from the other.
 */
@Singleton
class ChallengeUses {
    private record Response(String type, String token) {}

    private final Map<Response, Set<PresentedChallenges>> users = new ConcurrentHashMap<>();

    void add(ChallengeCandidate candidate, PresentedChallenges user) {
        users.compute(response(candidate), (response, current) -> {
            Set<PresentedChallenges> all = current == null ? new HashSet<>() : current;
            all.add(user);
            return all;
        });
    }

    /** @return whether no other delivery uses the response */
    boolean remove(ChallengeCandidate candidate, PresentedChallenges user) {
        return users.compute(response(candidate), (response, current) -> {
                    if (current == null) {
                        return null;
                    }
                    current.remove(user);
                    return current.isEmpty() ? null : current;
                })
                == null;
    }

    boolean contains(ChallengeCandidate candidate) {
        return users.containsKey(response(candidate));
    }

    private static Response response(ChallengeCandidate candidate) {
        return new Response(candidate.challenge().type(), candidate.challenge().token());
    }
}
