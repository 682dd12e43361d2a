package dev.perennial.testbed.chaos;

import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Queries TXT records of a DNS server on loopback. */
final class TxtRecords {
    private TxtRecords() {}

    /** @param server {@code ip:port} */
    static List<String> of(String name, String server) {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        environment.put("java.naming.provider.url", "dns://" + server);
        try {
            Attribute found = new InitialDirContext(environment)
                    .getAttributes(name, new String[] {"TXT"})
                    .get("TXT");
            return found == null
                    ? List.of()
                    : Collections.list(found.getAll()).stream()
                            .map(String::valueOf)
                            .toList();
        } catch (NameNotFoundException e) {
            return List.of();
        } catch (NamingException e) {
            return List.of("the server does not respond: " + e.getMessage());
        }
    }
}
