package dev.perennial.rules.renewal;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** A window that opens at the local times of a cron expression and stays open for a fixed duration, also across a clock change. */
record CronWindow(ExecutionTime openings, Duration open, ZoneId zone) implements ChangeWindows {
    private static final CronParser CRONTAB =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    /** @throws IllegalArgumentException if the expression or the duration is invalid */
    static CronWindow of(String opens, Duration open, ZoneId zone) {
        if (!open.isPositive()) {
            throw new IllegalArgumentException("the duration is not positive, so the window never opens");
        }
        return new CronWindow(ExecutionTime.forCron(CRONTAB.parse(opens).validate()), open, zone);
    }

    /**
     * The expression is evaluated on local times, and only the result is converted to the zone. A time that a clock
     * change skips opens the window an hour later; a time that occurs twice opens it once.
     */
    @Override
    public Instant firstOpen(Instant from) {
        ZonedDateTime wall = from.atZone(zone).toLocalDateTime().atZone(ZoneOffset.UTC);
        // A window that opens at this second is open.
        Optional<ZonedDateTime> last = openings.lastExecution(wall.plusSeconds(1));
        Instant opened = last.map(this::there).orElse(Instant.MIN);
        if (opened.isAfter(from)) {
            return opened;
        }
        return last.isPresent() && from.isBefore(opened.plus(open)) ? from : next(wall, from);
    }

    private Instant next(ZonedDateTime wall, Instant from) {
        Optional<ZonedDateTime> next = openings.nextExecution(wall);
        while (next.map(this::there).filter(from::isAfter).isPresent()) {
            next = openings.nextExecution(next.get());
        }
        return next.map(this::there).orElse(Instant.MAX);
    }

    private Instant there(ZonedDateTime wall) {
        return wall.toLocalDateTime().atZone(zone).toInstant();
    }
}
