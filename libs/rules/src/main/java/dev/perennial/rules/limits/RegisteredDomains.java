package dev.perennial.rules.limits;

import com.google.common.net.InternetDomainName;

/** The domain that somebody registered, by the public suffix list: what a CA counts certificates under. */
public final class RegisteredDomains {
    private RegisteredDomains() {}

    /**
     * For example {@code example.co.uk} of {@code a.b.example.co.uk}. Below a suffix that the list does not know its last label is
     * the suffix, as the list says; a public suffix, a single label and an address are counted as themselves.
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
