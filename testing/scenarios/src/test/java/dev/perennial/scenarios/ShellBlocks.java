package dev.perennial.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The fenced blocks of a Markdown page. A block that begins with {@code ```sh} is run by {@link ReadmeScenarioIT};
 * {@code ```sh no-test} marks commands that are not run, and {@code ```sh refused} one command that fails, with the answer in
 * the next block. Every other block holds no commands.
 */
final class ShellBlocks {
    /**
     * A fenced block.
     *
     * @param info the text behind the opening fence
     * @param line number of its first line in the page, from 1
     * @param next text of the block behind it; empty if there is none
     */
    record Block(Path page, String info, int line, String text, String next) {
        boolean isRun() {
            return info.equals("sh") || isRefused();
        }

        boolean isRefused() {
            return info.equals("sh refused");
        }

        boolean holdsCommands() {
            return text.lines().anyMatch(line -> line.startsWith("./perennial ") || line.startsWith("curl "));
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    private static final String FENCE = "```";

    private ShellBlocks() {}

    /** @param page relative to {@code root} */
    static List<Block> of(Path root, Path page) {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = read(root.resolve(page));
        int begin = -1;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(FENCE) && begin < 0) {
                begin = i;
            } else if (lines.get(i).startsWith(FENCE)) {
                String info = lines.get(begin).substring(FENCE.length()).strip();
                blocks.add(new Block(page, info, begin + 1, String.join("\n", lines.subList(begin + 1, i)), ""));
                begin = -1;
            }
        }
        for (int i = 0; i + 1 < blocks.size(); i++) {
            Block block = blocks.get(i);
            blocks.set(
                    i,
                    new Block(
                            block.page(),
                            block.info(),
                            block.line(),
                            block.text(),
                            blocks.get(i + 1).text()));
        }
        return blocks;
    }

    private static List<String> read(Path page) {
        try {
            return Files.readAllLines(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
