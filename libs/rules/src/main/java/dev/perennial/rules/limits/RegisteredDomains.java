package dev.perennial.rules.limits;

import com.google.common.net.InternetDomainName;

/** The registered domain of a name by the public suffix list, under which a CA counts certificates. */
public final class RegisteredDomains {
    private RegisteredDomains() {}

    /**
     * For example {@code example.co.uk} for {@code a.b.example.co.uk}. If the list has no matching suffix, the last
     * label is the suffix, as the list prescribes. A public suffix, a single label and an address are returned as
     * they are.
     */
    public static String of(String name) {
        if (!InternetDomainName.isValid(name) || isAddress(name)) {
            return name;
        }
        InternetDomainName domain = InternetDomainName.from(name);
        if (domain.isUnderPublicSuffix()) {
            return domain.topPrivateDomain().toString();
        }
        int labels = domain.parts().size();
        return domain.isPublicSuffix() || labels < 2
                ? name
                : domain.parts().get(labels - 2) + "." + domain.parts().get(labels - 1);
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }
}
