package dev.perennial.agent.targets.onefile;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An absolute path of the host file, in which {@code {name}} stands for the name of a certificate. */
public record PathTemplate(String text) {
    private static final String NAME = "{name}";

    public boolean hasName() {
        return text.contains(NAME);
    }

    Path path(String certificateName) {
        return Path.of(text.replace(NAME, certificateName));
    }

    /** The paths of all certificates that match. */
    NamePattern pattern(NamePattern match) {
        return new NamePattern(text.replace(NAME, match.pattern()));
    }

    /** The existing folders on the way to the paths of all certificates, and these paths if they are folders. */
    Folders folders() throws IOException {
        List<Path> above = new ArrayList<>();
        List<Path> folders = List.of(Path.of(text).getRoot());
        for (Path component : Path.of(text)) {
            above.addAll(folders);
            folders = children(folders, component.toString());
        }
        return new Folders(above, folders);
    }

    /**
     * @param above the folders that contain others of these
     * @param last the paths of certificates
     */
    record Folders(List<Path> above, List<Path> last) {}

    /** The folders with this name, or with any name in place of the placeholder. */
    private static List<Path> children(List<Path> folders, String name) throws IOException {
        List<Path> children = new ArrayList<>();
        for (Path folder : folders) {
            if (!name.contains(NAME)) {
                children.add(folder.resolve(name));
            } else if (Files.isReadable(folder)) {
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, name.replace(NAME, "*"))) {
                    entries.forEach(children::add);
                }
            }
        }
        return children.stream().filter(Files::isDirectory).toList();
    }
}
