package io.lockstep.controller.redo;

import io.lockstep.protocol.FrameReader;
import io.lockstep.protocol.FrameWriter;
import io.lockstep.protocol.ProtocolException;
import io.lockstep.protocol.ValueWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The bytes of a step.
 *
 * <pre>
 * statement   u8 0, u8 form, u8 batch, i64 row count, string or null returned, texts
 * schema      u8 1, string name
 * definition  u8 2, texts, u32 objects, per object: string name,
 *               u32 fingerprints, per fingerprint: string backend, string
 * counting    u8 3, u32 counters, per counter: string or null sequence, i64 next,
 *               u32 columns, per column: string schema, string table, string column
 * texts       u8 engines, per engine:
 *               string name, u8 same (as the first engine's), unless same: text, rows, keys
 * text        a value of the wire protocol
 * rows        u32 number of rows, per row: u32 number of values, values of the wire protocol
 * keys        u8 all, u32 columns, per column: string
 * </pre>
 */
final class StepCoding {
    private static final int STATEMENT = 0;
    private static final int SCHEMA = 1;
    private static final int DEFINITION = 2;
    private static final int COUNTING = 3;

    /** The least a string takes. */
    private static final int STRING_BYTES = 4;

    private StepCoding() {}

    static void write(RedoStep step, ValueWriter values) throws IOException {
        FrameWriter frame = values.frame();
        if (step instanceof RedoStep.Schema schema) {
            frame.writeByte(SCHEMA);
            frame.writeString(schema.name());
        } else if (step instanceof RedoStep.Statement statement) {
            frame.writeByte(STATEMENT);
            frame.writeByte(statement.form().code());
            frame.writeBoolean(statement.batch());
            frame.writeLong(statement.answer().rowCount());
            frame.writeNullableString(statement.answer().returned());
            writeTexts(statement.texts(), values);
        } else if (step instanceof RedoStep.Definition definition) {
            frame.writeByte(DEFINITION);
            writeTexts(definition.texts(), values);
            frame.writeInt(definition.objects().size());
            definition.objects().forEach(frame::writeString);
            frame.writeInt(definition.before().size());
            for (Map.Entry<String, String> each : definition.before().entrySet()) {
                frame.writeString(each.getKey());
                frame.writeString(each.getValue());
            }
        } else if (step instanceof RedoStep.Counting counting) {
            frame.writeByte(COUNTING);
            writeCounters(counting.counters(), frame);
        }
    }

    private static void writeCounters(List<RedoStep.Counted> counters, FrameWriter frame) {
        frame.writeInt(counters.size());
        for (RedoStep.Counted counter : counters) {
            frame.writeNullableString(counter.sequence());
            frame.writeLong(counter.next());
            frame.writeInt(counter.columns().size());
            for (RedoStep.NumberedColumn column : counter.columns()) {
                frame.writeString(column.schema());
                frame.writeString(column.table());
                frame.writeString(column.column());
            }
        }
    }

    private static void writeTexts(Map<String, RedoStep.Text> texts, ValueWriter values)
            throws IOException {
        FrameWriter frame = values.frame();
        frame.writeByte(texts.size());
        RedoStep.Text first = null;
        for (Map.Entry<String, RedoStep.Text> each : texts.entrySet()) {
            RedoStep.Text text = each.getValue();
            frame.writeString(each.getKey());
            boolean same = first != null && sameAs(first, text);
            frame.writeBoolean(same);
            if (!same) {
                values.writeSql(text.sql());
                writeRows(text.rows(), values);
                writeKeys(text.keys(), frame);
            }
            first = first == null ? text : first;
        }
    }

    /** Values are compared by identity: engines that need no other form share the client's. */
    private static boolean sameAs(RedoStep.Text one, RedoStep.Text other) {
        if (!one.sql().equals(other.sql())
                || !one.keys().equals(other.keys())
                || one.rows().size() != other.rows().size()) {
            return false;
        }
        for (int i = 0; i < one.rows().size(); i++) {
            if (!sameValues(one.rows().get(i), other.rows().get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameValues(List<?> one, List<?> other) {
        if (one == other) {
            return true;
        }
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (one.get(i) != other.get(i)) {
                return false;
            }
        }
        return true;
    }

    private static void writeRows(List<? extends List<?>> rows, ValueWriter values)
            throws IOException {
        values.frame().writeInt(rows.size());
        for (List<?> row : rows) {
            values.frame().writeInt(row.size());
            for (Object value : row) {
                values.write(value);
            }
        }
    }

    private static void writeKeys(RedoStep.Keys keys, FrameWriter frame) {
        frame.writeBoolean(keys.all());
        frame.writeInt(keys.named().size());
        keys.named().forEach(frame::writeString);
    }

    static RedoStep read(FrameReader in) throws IOException {
        try {
            int kind = in.readUnsignedByte();
            return switch (kind) {
                case STATEMENT -> readStatement(in);
                case SCHEMA -> new RedoStep.Schema(in.readString());
                case DEFINITION -> readDefinition(in);
                case COUNTING -> readCounting(in);
                default -> throw new DamagedRedoException("a step of kind " + kind);
            };
        } catch (ProtocolException e) {
            throw new DamagedRedoException("a step that cannot be read: " + e.getMessage(), e);
        }
    }

    private static RedoStep readStatement(FrameReader in) throws IOException {
        RedoStep.Form form = RedoStep.Form.of(in.readUnsignedByte());
        boolean batch = in.readBoolean();
        long rowCount = in.readLong();
        RedoStep.Answer answer = new RedoStep.Answer(rowCount, in.readNullableString());
        return new RedoStep.Statement(form, batch, readTexts(in), answer);
    }

    private static RedoStep readDefinition(FrameReader in) throws ProtocolException {
        Map<String, RedoStep.Text> texts = readTexts(in);
        Set<String> objects = new LinkedHashSet<>();
        for (int i = in.readCount(STRING_BYTES); i > 0; i--) {
            objects.add(in.readString());
        }
        Map<String, String> before = new LinkedHashMap<>();
        for (int i = in.readCount(2 * STRING_BYTES); i > 0; i--) {
            before.put(in.readString(), in.readString());
        }
        return new RedoStep.Definition(texts, objects, before);
    }

    private static RedoStep readCounting(FrameReader in) throws ProtocolException {
        List<RedoStep.Counted> counters = new ArrayList<>();
        for (int i = in.readCount(STRING_BYTES); i > 0; i--) {
            String sequence = in.readNullableString();
            long next = in.readLong();
            List<RedoStep.NumberedColumn> columns = new ArrayList<>();
            for (int j = in.readCount(3 * STRING_BYTES); j > 0; j--) {
                columns.add(
                        new RedoStep.NumberedColumn(
                                in.readString(), in.readString(), in.readString()));
            }
            counters.add(new RedoStep.Counted(sequence, columns, next));
        }
        return new RedoStep.Counting(counters);
    }

    private static Map<String, RedoStep.Text> readTexts(FrameReader in) throws ProtocolException {
        int engines = in.readUnsignedByte();
        Map<String, RedoStep.Text> texts = new LinkedHashMap<>();
        RedoStep.Text first = null;
        for (int i = 0; i < engines; i++) {
            String engine = in.readString();
            RedoStep.Text text =
                    in.readBoolean()
                            ? first
                            : new RedoStep.Text(in.readSql(), readRows(in), readKeys(in));
            first = first == null ? text : first;
            texts.put(engine, text);
        }
        return texts;
    }

    private static RedoStep.Keys readKeys(FrameReader in) throws ProtocolException {
        boolean all = in.readBoolean();
        List<String> named = new ArrayList<>();
        for (int i = in.readCount(STRING_BYTES); i > 0; i--) {
            named.add(in.readString());
        }
        return new RedoStep.Keys(all, named);
    }

    private static List<List<Object>> readRows(FrameReader in) throws ProtocolException {
        int count = in.readCount(4);
        List<List<Object>> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int values = in.readCount(1);
            List<Object> row = new ArrayList<>(values);
            for (int j = 0; j < values; j++) {
                row.add(in.readValue());
            }
            rows.add(row);
        }
        return rows;
    }
}
