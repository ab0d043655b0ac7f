package io.lockstep.controller.sql;

import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.sql.StatementClass.Forwarded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The text each engine gets: the original, with replacements at token positions. Made once per
 * text; an execution only has to put the decided values between the client's parameters.
 */
final class Splices {
    /** Nothing is replaced for any engine. */
    static final Splices NONE = new Splices(Map.of());

    private final Map<String, Form> forms;

    private Splices(Map<String, Form> forms) {
        this.forms = forms;
    }

    /** What one engine gets. */
    private record Form(String text, List<Slot> slots) {}

    /**
     * One parameter of the forwarded text: the client's own or an allocated number ({@code decided}
     * is null), or a decided one.
     *
     * @param index of the parameter or of the occurrence, from 0
     */
    private record Slot(int index, DecidedValue decided) {}

    Forwarded apply(String text, Dialect dialect, List<?> parameters, DecidedValues values) {
        Form form = forms.get(dialect.name());
        if (form == null) {
            return new Forwarded(text, parameters);
        }
        if (form.slots() == null) {
            return new Forwarded(form.text(), parameters);
        }
        List<Object> sent = new ArrayList<>(form.slots().size());
        for (Slot slot : form.slots()) {
            if (slot.decided() != null) {
                sent.add(slot.decided().value(slot.index(), values, dialect.name()));
            } else if (slot.index() < parameters.size()) {
                sent.add(parameters.get(slot.index()));
            }
        }
        return new Forwarded(form.text(), sent);
    }

    /** A number as a parameter, written for the engine. */
    static String number(String engine) {
        return engine.equals("mariadb") ? "CAST(? AS SIGNED)" : "CAST(? AS BIGINT)";
    }

    /** No engine gets parameters other than the client's. */
    boolean parametersUnchanged() {
        return forms.values().stream().allMatch(form -> form.slots() == null);
    }

    /** The text for the engine if it differs from the original, or null. */
    String changedText(Dialect dialect) {
        Form form = forms.get(dialect.name());
        return form == null ? null : form.text();
    }

    /** Collects the replacements of one text. */
    static final class Builder {
        private final Tokens tokens;
        private final List<Dialect> dialects;
        private final List<Splice> splices = new ArrayList<>();
        private int occurrences;

        /** One replacement: {@code text} by engine; engines not named keep the original. */
        private record Splice(
                int start,
                int end,
                Map<String, String> text,
                int occurrence,
                DecidedValue decided) {
            /** It holds a parameter: a decided value, or a number at that index. */
            boolean hasParameter() {
                return occurrence >= 0;
            }
        }

        Builder(Tokens tokens, List<Dialect> dialects) {
            this.tokens = tokens;
            this.dialects = dialects;
        }

        /** Replaces the characters from {@code start} to {@code end} by a decided value. */
        void decide(int start, int end, String before, DecidedValue decided) {
            decide(start, end, before, "", decided);
        }

        /** The same with text on both sides. */
        void decide(int start, int end, String before, String after, DecidedValue decided) {
            Map<String, String> text = new HashMap<>();
            for (Dialect dialect : dialects) {
                text.put(dialect.name(), before + decided.expression(dialect.name()) + after);
            }
            splices.add(new Splice(start, end, text, occurrences++, decided));
        }

        /**
         * Replaces text by one that holds one parameter.
         *
         * @param parameter its index among the client's and the allocated ones
         */
        void number(int start, int end, Map<String, String> text, int parameter) {
            splices.add(new Splice(start, end, text, parameter, null));
        }

        /** Replaces text, for the engines named in {@code text} alone. */
        void replace(int start, int end, Map<String, String> text) {
            splices.add(new Splice(start, end, text, -1, null));
        }

        /** Inserts the same text for every engine. */
        void insert(int at, String inserted) {
            replace(at, at, inserted);
        }

        /** Replaces text in the same way for every engine. */
        void replace(int start, int end, String replacement) {
            Map<String, String> text = new HashMap<>();
            dialects.forEach(dialect -> text.put(dialect.name(), replacement));
            splices.add(new Splice(start, end, text, -1, null));
        }

        boolean isEmpty() {
            return splices.isEmpty();
        }

        boolean any(int start, int end) {
            return splices.stream().anyMatch(s -> s.start() < end && s.end() > start);
        }

        /** True if two replacements for one engine want the same text: no statement to send. */
        boolean overlap() {
            return dialects.stream().anyMatch(dialect -> overlap(dialect.name()));
        }

        private boolean overlap(String engine) {
            int from = 0;
            for (Splice splice : inOrder(engine)) {
                if (splice.start() < from) {
                    return true;
                }
                from = splice.end();
            }
            return false;
        }

        private List<Splice> inOrder(String engine) {
            return splices.stream()
                    .filter(splice -> splice.text().containsKey(engine))
                    .sorted(Comparator.comparingInt(Splice::start)) // stable: as inserted
                    .toList();
        }

        Splices build() {
            if (splices.isEmpty()) {
                return NONE;
            }
            Map<String, Form> forms = new HashMap<>();
            for (Dialect dialect : dialects) {
                Form form = form(dialect.name());
                if (form != null) {
                    forms.put(dialect.name(), form);
                }
            }
            return new Splices(Map.copyOf(forms));
        }

        private Form form(String engine) {
            List<Splice> mine = inOrder(engine);
            if (mine.isEmpty()) {
                return null;
            }
            String text = tokens.text();
            StringBuilder out = new StringBuilder(text.length() + 32 * mine.size());
            int from = 0;
            for (Splice splice : mine) {
                out.append(text, from, splice.start()).append(splice.text().get(engine));
                from = splice.end();
            }
            out.append(text, from, text.length());
            boolean adds = mine.stream().anyMatch(Splice::hasParameter);
            return new Form(out.toString(), adds ? slots(mine) : null);
        }

        private List<Slot> slots(List<Splice> mine) {
            List<Slot> slots = new ArrayList<>();
            int parameter = 0;
            int next = 0;
            for (int i = 0; i < tokens.count(); i++) {
                while (next < mine.size() && mine.get(next).start() <= tokens.start(i)) {
                    addDecided(slots, mine.get(next++));
                }
                if (tokens.kind(i) == Tokens.Kind.PARAMETER) {
                    slots.add(new Slot(parameter++, null));
                }
            }
            while (next < mine.size()) {
                addDecided(slots, mine.get(next++));
            }
            return List.copyOf(slots);
        }

        private static void addDecided(List<Slot> slots, Splice splice) {
            if (splice.hasParameter()) {
                slots.add(new Slot(splice.occurrence(), splice.decided()));
            }
        }
    }
}
