package dev.perennial.bench;

import dev.perennial.orders.database.Database;
import dev.perennial.testbed.postgres.PostgresPart;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;

/** A connection to the testbed's PostgreSQL through the pool implementation of the order-service. */
record ScaleDatabase(AgroalDataSource source) implements AutoCloseable {
    static ScaleDatabase of(PostgresPart postgres) throws IOException {
        String line = Files.readString(postgres.passwordFile()).strip();
        String password = line.substring(line.lastIndexOf(':') + 1);
        try {
            return new ScaleDatabase(AgroalDataSource.from(
                    new AgroalDataSourceConfigurationSupplier().connectionPoolConfiguration(pool -> pool.maxSize(1)
                            .connectionFactoryConfiguration(factory -> factory.jdbcUrl(postgres.jdbcUrl())
                                    .principal(new NamePrincipal(PostgresPart.ROLE))
                                    .credential(new SimplePassword(password))))));
        } catch (SQLException e) {
            throw new IOException("cannot connect to PostgreSQL", e);
        }
    }

    Database database() {
        return new Database(source, change -> {});
    }

    @Override
    public void close() {
        source.close();
    }
}
