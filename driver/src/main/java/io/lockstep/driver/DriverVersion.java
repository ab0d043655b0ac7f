package io.lockstep.driver;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of this driver.
 *
 * @param text as in the jar's manifest
 */
record DriverVersion(String text, int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,9})\\.(\\d{1,9}).*");

    static final DriverVersion CURRENT =
            of(LockstepDriver.class.getPackage().getImplementationVersion());

    /** Classes outside their jar, as in an IDE, have no version. */
    private static DriverVersion of(String text) {
        Matcher matcher = NUMBERS.matcher(text == null ? "0.0-unpackaged" : text);
        return matcher.matches()
                ? new DriverVersion(
                        matcher.group(),
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)))
                : new DriverVersion(text, 0, 0);
    }
}
