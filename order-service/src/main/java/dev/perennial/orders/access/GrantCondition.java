package dev.perennial.orders.access;

import dev.perennial.rules.access.Grant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows whose owner, name and issuer one of some grants covers, as a condition of SQL. Each grant is one alternative;
 * without any, no row matches.
 *
 * @param values of the parameters of the condition
 */
public record GrantCondition(String sql, Map<String, Object> values) {
    /** @param table the alias of a table with the columns {@code owner}, {@code name} and {@code issuer} */
    public static GrantCondition of(List<Grant> grants, String table) {
        Map<String, Object> values = new HashMap<>();
        List<String> alternatives = new ArrayList<>();
        for (int i = 0; i < grants.size(); i++) {
            Grant grant = grants.get(i);
            List<String> parts = new ArrayList<>();
            if (!grant.owners().contains(Grant.ALL)) {
                parts.add(table + ".owner = ANY (:owners" + i + ")");
                values.put("owners" + i, grant.owners().toArray(String[]::new));
            }
            if (!grant.names().contains(Grant.ALL)) {
                parts.add(table + ".name LIKE ANY (:names" + i + ")");
                values.put(
                        "names" + i,
                        grant.names().stream()
                                .map(pattern -> literally(pattern).replace('*', '%'))
                                .toArray(String[]::new));
            }
            if (!grant.issuers().contains(Grant.ALL)) {
                parts.add(table + ".issuer = ANY (:issuers" + i + ")");
                values.put("issuers" + i, grant.issuers().toArray(String[]::new));
            }
            alternatives.add(parts.isEmpty() ? "true" : String.join(" AND ", parts));
        }
        if (alternatives.contains("true")) {
            return new GrantCondition("true", Map.of());
        }
        return new GrantCondition(
                alternatives.isEmpty() ? "false" : "(" + String.join(" OR ", alternatives) + ")", values);
    }

    /** The text without the special characters of a pattern of SQL. */
    public static String literally(String text) {
        return text.replaceAll("[\\\\%_]", "\\\\$0");
    }
}
