package io.lockstep.controller.config;

import java.util.Locale;

/** How far apart two words are, for did-you-mean. */
final class Spelling {
    private Spelling() {}

    /** Worth suggesting: at most a third of the letters differ. */
    static boolean isClose(String typed, String meant) {
        return distance(typed, meant) <= Math.max(1, meant.length() / 3);
    }

    /** Letters to insert, delete or replace; case, hyphens and underscores do not count. */
    static int distance(String typed, String meant) {
        String a = normal(typed);
        String b = normal(meant);
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }

    private static String normal(String word) {
        String bounded = word.length() > 64 ? word.substring(0, 64) : word;
        return bounded.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
}
