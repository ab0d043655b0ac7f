package io.lockstep.controller.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything one controller is told by its file.
 *
 * @param listen where JDBC clients connect
 * @param dataDir absolute; recovery log and durable state
 * @param driverDir absolute; folder with further JDBC drivers
 * @param virtualDatabases at least one, names distinct
 */
public record ControllerConfig(
        ListenAddress listen,
        AdminConfig admin,
        Path dataDir,
        RecoveryLogConfig log,
        Optional<Path> driverDir,
        Optional<TlsConfig> tls,
        List<VirtualDatabaseConfig> virtualDatabases) {
    private static final long FILE_BYTES_MAX = 1 << 20;

    public ControllerConfig {
        virtualDatabases = List.copyOf(virtualDatabases);
    }

    /**
     * Reads and checks a file; relative paths in it are relative to its folder.
     *
     * @throws ConfigException with everything that is wrong with it
     */
    public static ControllerConfig load(Path file) throws ConfigException {
        Path absolute = file.toAbsolutePath().normalize();
        return parse(
                file.toString(), textOf(file, absolute), absolute.getParent(), System.getenv());
    }

    /**
     * Checks a text as {@link #load} does a file's.
     *
     * @param source what to call it in messages
     * @param directory what relative paths are relative to
     * @param environment what {@code ${NAME}} reads
     * @throws ConfigException with everything that is wrong with it
     */
    public static ControllerConfig parse(
            String source, String text, Path directory, Map<String, String> environment)
            throws ConfigException {
        Problems problems = new Problems();
        Optional<YamlNode> root = YamlReader.read(text, problems);
        Optional<ControllerConfig> config =
                root.flatMap(
                        node ->
                                new ConfigReader(problems, directory, new Variables(environment))
                                        .read(node));
        if (!problems.isEmpty() || config.isEmpty()) {
            throw new ConfigException(source, problems.all());
        }
        return config.get();
    }

    private static String textOf(Path file, Path absolute) throws ConfigException {
        try {
            if (Files.size(absolute) > FILE_BYTES_MAX) {
                throw unreadable(file, "is larger than 1 MB, so it is not a configuration file");
            }
            return Files.readString(absolute);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "does not exist");
        } catch (CharacterCodingException e) {
            throw unreadable(file, "is not UTF-8 text");
        } catch (IOException e) {
            throw unreadable(file, "cannot be read: " + e);
        }
    }

    private static ConfigException unreadable(Path file, String why) {
        return new ConfigException(file.toString(), List.of("the file " + why));
    }
}
