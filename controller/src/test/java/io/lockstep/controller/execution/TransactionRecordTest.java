package io.lockstep.controller.execution;

import static io.lockstep.controller.execution.Scene.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.backends.BackendConnection;
import io.lockstep.backends.dialect.Dialect;
import io.lockstep.controller.redo.RedoLog;
import io.lockstep.controller.redo.RedoStep;
import io.lockstep.controller.redo.RedoStep.Schema;
import io.lockstep.protocol.TransactionId;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which steps of a transaction with savepoints the log repeats. */
class TransactionRecordTest {
    private static final StatementResult ONE_ROW = new StatementResult.Count(1, null);

    @TempDir private Path directory;
    private Scene scene;

    @BeforeEach
    void oneBackend() throws IOException {
        scene = Scene.of(directory, 1);
    }

    @AfterEach
    void allIsSound() {
        scene.close();
    }

    /** A session that has chosen so many schemas, one after the other. */
    private TransactionRecord record(int settings) {
        BackendTransaction.SetUp setUp =
                new BackendTransaction.SetUp() {
                    @Override
                    public void apply(BackendConnection connection) {}

                    @Override
                    public List<RedoStep> steps(List<Dialect> dialects) {
                        return List.of(new Schema("a"), new Schema("b")).stream()
                                .limit(settings)
                                .map(RedoStep.class::cast)
                                .toList();
                    }
                };
        return new TransactionRecord(scene.group, new TransactionId(1, 1), setUp);
    }

    private List<String> repeated(TransactionRecord record) throws SQLException, IOException {
        RedoLog.Commit commit = record.append(List.of());
        scene.redo.force(commit);
        List<String> texts = new ArrayList<>();
        scene.redo.find(commit).steps(scene.redo.log(), directory, step -> texts.add(text(step)));
        scene.redo.committed(commit);
        return texts;
    }

    private static String text(RedoStep step) {
        return step instanceof RedoStep.Statement statement
                ? statement.texts().values().iterator().next().sql()
                : ((Schema) step).name();
    }

    @ParameterizedTest
    @CsvSource({"0, SET; INSERT", "1, a; SET; INSERT", "2, a; b; SET; INSERT"})
    void aSettingThatARollbackLeavesInForceStays(int settings, String expected) throws Exception {
        TransactionRecord record = record(settings);
        record.savepoint("s");
        record.set(call("SET"), false);
        record.rolledBackTo("s");
        record.wrote(call("INSERT"), ONE_ROW, true);
        assertThat(repeated(record)).containsExactly(expected.split("; "));
    }

    @Test
    void whatARollbackTakesBackGoes_howeverOftenItIsDone() throws Exception {
        TransactionRecord record = record(1);
        record.savepoint("s");
        record.wrote(call("ONE"), ONE_ROW, true);
        record.set(call("SET"), true);
        record.set(call("LASTS"), false);
        record.rolledBackTo("s");
        record.wrote(call("TWO"), ONE_ROW, true);
        record.rolledBackTo("s");
        record.wrote(call("THREE"), ONE_ROW, true);
        assertThat(repeated(record)).containsExactly("a", "LASTS", "THREE");
    }
}
