package io.lockstep.tests.oracle;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Writes a text in another way that means the same: other white space, comments between the words,
 * keywords in any case. Strings and quoted names stay as they are.
 */
final class Disguise {
    private static final List<String> SPACES =
            List.of(
                    "\n",
                    "\t",
                    "  ",
                    "\r\n",
                    " /* a comment */ ",
                    "/**/",
                    " /* DELETE FROM item; */ ",
                    " -- it's a comment\n",
                    " --\n",
                    " /* ' */ ",
                    " /* \" */ ");

    private Disguise() {}

    /**
     * One in three texts comes out as it is.
     *
     * @param lineComments false for Derby, to which the end of one is part of the next word
     */
    static String of(String text, Random random, boolean lineComments) {
        if (random.nextInt(3) == 0) {
            return text;
        }
        boolean cases = random.nextBoolean();
        int odds = 2 + random.nextInt(10);
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int end = i + 1;
            if (c == '\'' || c == '"' || c == '`' || c == '$' || text.startsWith("/*", i)) {
                end = quotedEnd(text, i);
                out.append(text, i, end);
            } else if (c == ' ') {
                String space = SPACES.get(random.nextInt(SPACES.size()));
                boolean usable = lineComments || !space.contains("--");
                out.append(usable && random.nextInt(odds) == 0 ? space : " ");
            } else if (Character.isLetter(c)) {
                while (end < text.length() && Character.isLetterOrDigit(text.charAt(end))) {
                    end++;
                }
                out.append(word(text.substring(i, end), cases, random));
            } else {
                out.append(c);
            }
            i = end;
        }
        return out.toString();
    }

    private static int quotedEnd(String text, int start) {
        char c = text.charAt(start);
        String close = c == '/' ? "*/" : c == '$' ? "$$" : Character.toString(c);
        int end = text.indexOf(close, start + close.length());
        return end < 0 ? text.length() : end + close.length();
    }

    /** Names are in lower case in the rules: some engines tell cases apart in names. */
    private static String word(String word, boolean cases, Random random) {
        boolean keyword = word.length() > 1 && word.equals(word.toUpperCase(Locale.ROOT));
        if (!cases || !keyword || random.nextBoolean()) {
            return word;
        }
        return random.nextBoolean()
                ? word.toLowerCase(Locale.ROOT)
                : word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT);
    }
}
