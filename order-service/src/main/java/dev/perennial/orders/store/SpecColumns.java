package dev.perennial.orders.store;

import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.orders.database.Columns;
import dev.perennial.rules.requests.CertificateSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.SqlStatement;

/** The five columns of a {@link CertificateSpec}, the same in two tables. */
final class SpecColumns {
    private SpecColumns() {}

    static CertificateSpec read(ResultSet row) throws SQLException {
        return new CertificateSpec(
                row.getString("issuer"),
                KeyType.valueOf(row.getString("key_type")),
                Columns.texts(row, "identifiers").stream().map(Identifier::of).toList(),
                Columns.texts(row, "targets"),
                row.getBoolean("key_reuse"));
    }

    static <S extends SqlStatement<S>> S bind(S statement, CertificateSpec spec) {
        return statement
                .bind("issuer", spec.issuer())
                .bind("keyType", spec.keyType().name())
                .bindArray(
                        "identifiers",
                        String.class,
                        spec.identifiers().stream().map(Identifier::value).toList())
                .bindArray("targets", String.class, spec.targets())
                .bind("keyReuse", spec.keyReuse());
    }
}
