package io.lockstep.backends.dialect;

/**
 * A type name with a place for its arguments: {@code (?)} stands for them as written, {@code (?6)}
 * for them or else 6. A template without such a place drops them ({@code VARBINARY(100)} to {@code
 * BYTEA}).
 */
final class TypeTemplate {
    private TypeTemplate() {}

    static String render(String template, String arguments) {
        int open = template.indexOf("(?");
        if (open < 0) {
            return template;
        }
        int close = template.indexOf(')', open);
        String fallback = template.substring(open + 2, close);
        String chosen = arguments == null || arguments.isBlank() ? fallback : arguments.strip();
        String inParentheses = chosen.isEmpty() ? "" : "(" + chosen + ")";
        return template.substring(0, open) + inParentheses + template.substring(close + 1);
    }
}
