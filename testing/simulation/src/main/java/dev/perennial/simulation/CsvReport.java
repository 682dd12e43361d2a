package dev.perennial.simulation;

/** Hourly values as CSV (RFC 4180). */
final class CsvReport {
    private CsvReport() {}

    static String of(Simulation.Result result) {
        Statistics.Hours hours = result.statistics().hours;
        StringBuilder csv = new StringBuilder("hour,start,renewals,failed_validations,waiting_orders,budget_percent\n");
        for (int hour = 0; hour < hours.renewals.length; hour++) {
            csv.append(hour)
                    .append(',')
                    .append(VirtualClock.at(hour * 3_600))
                    .append(',')
                    .append(hours.renewals[hour])
                    .append(',')
                    .append(hours.failedValidations[hour])
                    .append(',')
                    .append(hours.waiting[hour])
                    .append(',')
                    .append(hours.budget[hour])
                    .append('\n');
        }
        return csv.toString();
    }
}
