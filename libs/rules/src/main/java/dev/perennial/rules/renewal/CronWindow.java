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

/** Opens by the clock on somebody's wall, and stays open for so long, whatever that clock does meanwhile. */
record CronWindow(ExecutionTime openings, Duration open, ZoneId zone) implements ChangeWindows {
    private static final CronParser CRONTAB =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    /** @throws IllegalArgumentException where it says nothing that could open it */
    static CronWindow of(String opens, Duration open, ZoneId zone) {
        if (!open.isPositive()) {
            throw new IllegalArgumentException("it is never open");
        }
        return new CronWindow(ExecutionTime.forCron(CRONTAB.parse(opens).validate()), open, zone);
    }

    /**
     * The expression is asked about the time on the wall, and only its answer is placed in the zone: an hour that a spring night does not
     * have opens the window all the same, an hour later on the wall, and one that an autumn night has twice opens it once.
     */
    @Override
    public Instant firstOpen(Instant from) {
        ZonedDateTime wall = from.atZone(zone).toLocalDateTime().atZone(ZoneOffset.UTC);
        // What opens at this very second is open.
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
