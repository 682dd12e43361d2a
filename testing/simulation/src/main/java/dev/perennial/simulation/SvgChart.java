package dev.perennial.simulation;

import java.util.Arrays;
import java.util.Locale;

/** The hourly values as three curves, one below the other, with outages and the revocation marked (SVG 1.1). */
final class SvgChart {
    private static final int WIDTH = 1200;
    private static final int PANEL = 180;
    private static final int LEFT = 80;
    private static final int GAP = 60;

    private final StringBuilder svg = new StringBuilder();
    private final SimulationScenario scenario;
    private int top = GAP;

    private SvgChart(SimulationScenario scenario) {
        this.scenario = scenario;
    }

    static String of(Simulation.Result result) {
        SvgChart plot = new SvgChart(result.scenario());
        Statistics.Hours hours = result.statistics().hours;
        int height = 3 * (PANEL + GAP) + GAP;
        plot.add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\">",
                LEFT + WIDTH + 30, height);
        plot.add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>");
        plot.add(
                "<text x=\"%d\" y=\"24\" font-size=\"16\">%,d certificates over %d days</text>",
                LEFT, result.scenario().certificates(), result.scenario().days());
        plot.panel("renewals per hour", hours.renewals, "#1f77b4");
        plot.panel("waiting orders", hours.waiting, "#d62728");
        plot.panel("highest use of an account's budget, %", hours.budget, "#2ca02c");
        plot.days();
        plot.add("</svg>");
        return plot.svg.toString();
    }

    private void panel(String title, int[] hours, String colour) {
        int max = Math.max(1, Arrays.stream(hours).max().orElse(1));
        mark("outage", scenario.outageBegins(0), scenario.outageEnds(0), "#fdd");
        mark("outage", scenario.outageBegins(1), scenario.outageEnds(1), "#fdd");
        mark("revocation", scenario.windowsMove(), scenario.revocation(), "#ffd");
        add("<text x=\"%d\" y=\"%d\">%s</text>", LEFT, top - 6, title);
        add("<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#888\"/>", LEFT, top, top + PANEL, LEFT + WIDTH);
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%,d</text>", LEFT - 6, top + 10, max);
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>", LEFT - 6, top + PANEL);
        add("<polyline fill=\"none\" stroke=\"%s\" points=\"%s\"/>", colour, points(hours, max));
        top += PANEL + GAP;
    }

    /** One point per pixel: the maximum of its hours, so that no peak is lost. */
    private String points(int[] hours, int max) {
        StringBuilder points = new StringBuilder();
        int columns = Math.min(WIDTH, hours.length);
        for (int column = 0; column < columns; column++) {
            int from = (int) ((long) column * hours.length / columns);
            int to = (int) ((long) (column + 1) * hours.length / columns);
            int highest =
                    Arrays.stream(hours, from, Math.max(to, from + 1)).max().orElse(0);
            points.append(LEFT + column * WIDTH / columns)
                    .append(',')
                    .append(top + PANEL - (int) ((long) PANEL * highest / max))
                    .append(' ');
        }
        return points.toString().strip();
    }

    private void mark(String label, int from, int to, String colour) {
        int x = x(from);
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%s</title></rect>",
                x, top, Math.max(3, x(to) - x), PANEL, colour, label);
        add("<text x=\"%d\" y=\"%d\" fill=\"#999\" font-size=\"11\">%s</text>", x + 5, top + 12, label);
    }

    private void days() {
        for (int tenth = 0; tenth <= 10; tenth++) {
            int day = scenario.days() * tenth / 10;
            add("<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">day %d</text>", x(day * 86_400), top - GAP + 20, day);
        }
    }

    private int x(int seconds) {
        return LEFT + (int) ((long) WIDTH * Math.min(seconds, scenario.end()) / scenario.end());
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
