package io.lockstep.driver;

import io.lockstep.driver.wire.Command;
import io.lockstep.driver.wire.Commits;
import io.lockstep.driver.wire.FirstWord;
import io.lockstep.driver.wire.RequestOutput;
import io.lockstep.protocol.BatchWriter;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
import io.lockstep.protocol.OutParameter;
import io.lockstep.protocol.Protocol;
import io.lockstep.protocol.Request;
import io.lockstep.protocol.Response;
import io.lockstep.protocol.TransactionStatus;
import io.lockstep.protocol.UpdateCounts;
import io.lockstep.protocol.ValueWriter;
import java.io.IOException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The ways to execute statements, as commands for the session. */
final class Executions {
    private Executions() {}

    /**
     * What goes with an execution, but for the transaction, which the session knows.
     *
     * @param flags of {@link ExecuteOptions}
     */
    record Options(int flags, int maxRows, int fetchSize, int queryTimeoutMillis) {
        private ExecuteOptions in(int number) {
            return new ExecuteOptions(number, flags, maxRows, fetchSize, queryTimeoutMillis);
        }

        private boolean expects(int flag) {
            return (flags & flag) != 0;
        }
    }

    /** What an execution whose answer is lost, but which is known to be committed, goes on with. */
    private static Optional<Response.Reply> counted(
            Options options, String sql, UpdateCounts counts) {
        boolean known = counts != null && counts.size() == 1;
        boolean mayBeRows =
                !known
                        && !options.expects(ExecuteOptions.COUNT_EXPECTED)
                        && !FirstWord.givesNoRows(sql);
        if (mayBeRows || options.expects(ExecuteOptions.ROWS_EXPECTED)) {
            return Optional.empty();
        }
        long count = Commits.of(sql) == Commits.ALL ? 0 : Statement.SUCCESS_NO_INFO;
        if (known) {
            count = counts.get(0);
        }
        return Optional.of(new Response.UpdateCount(TransactionStatus.IDLE, false, count, null));
    }

    private static Optional<Response.Reply> counted(int size, UpdateCounts known) {
        UpdateCounts counts = known;
        if (counts == null || counts.size() != size) {
            long[] unknown = new long[size];
            Arrays.fill(unknown, Statement.SUCCESS_NO_INFO);
            counts = UpdateCounts.of(unknown);
        }
        return Optional.of(new Response.BatchCounts(TransactionStatus.IDLE, false, counts, null));
    }

    /** A text executed once. */
    record Direct(String sql, GeneratedKeys generatedKeys, Options options) implements Command {
        @Override
        public void writeTo(RequestOutput out, int number) throws IOException {
            new Request.ExecuteDirect(options.in(number), sql, generatedKeys, List.of())
                    .writeTo(out.values());
        }

        @Override
        public int queryTimeoutMillis() {
            return options.queryTimeoutMillis;
        }

        @Override
        public Commits commits() {
            return Commits.of(sql);
        }

        @Override
        public Optional<Response.Reply> answerIfCommitted(UpdateCounts counts) {
            return counted(options, sql, counts);
        }
    }

    /**
     * A prepared statement executed, or prepared and executed in one go.
     *
     * @param newId under which to prepare it, if it is not yet
     */
    record Prepared(ServerStatement statement, int newId, Options options, List<Object> parameters)
            implements Command {
        @Override
        public void writeTo(RequestOutput out, int number) throws IOException {
            if (!statement.isPrepared()) {
                statement.prepareAs(newId).writeTo(out.values());
            }
            new Request.Execute(statement.id(), options.in(number), parameters)
                    .writeTo(out.values());
        }

        @Override
        public int queryTimeoutMillis() {
            return options.queryTimeoutMillis;
        }

        @Override
        public Commits commits() {
            return Commits.of(statement.sql());
        }

        @Override
        public Optional<Response.Reply> answerIfCommitted(UpdateCounts counts) {
            boolean outParameters = parameters.stream().anyMatch(OutParameter.class::isInstance);
            return outParameters ? Optional.empty() : counted(options, statement.sql(), counts);
        }
    }

    /**
     * A prepared statement executed with many rows of parameters, in as many frames as that takes.
     */
    record PreparedBatch(
            ServerStatement statement, int newId, int queryTimeoutMillis, List<List<Object>> rows)
            implements Command {
        @Override
        public void writeTo(RequestOutput out, int number) throws IOException {
            if (!statement.isPrepared()) {
                statement.prepareAs(newId).writeTo(out.values());
            }
            BatchWriter batch = new BatchWriter(out.values());
            batch.begin(statement.id(), number, queryTimeoutMillis);
            for (List<Object> row : rows) {
                if (batch.isFull()) {
                    batch.endPart();
                    out.sendPart();
                }
                batch.add(row);
            }
            batch.end();
        }

        @Override
        public Commits commits() {
            return Commits.of(statement.sql());
        }

        @Override
        public Optional<Response.Reply> answerIfCommitted(UpdateCounts counts) {
            return counted(rows.size(), counts);
        }
    }

    /** Many texts executed, in as many frames as that takes. */
    record DirectBatch(int queryTimeoutMillis, List<String> statements) implements Command {
        @Override
        public void writeTo(RequestOutput out, int number) throws IOException {
            // Before the first part is sent: the controller would wait for the rest of the batch.
            statements.forEach(ValueWriter::requireSqlLength);
            int start = 0;
            while (start < statements.size()) {
                int end = endOfPart(start);
                boolean last = end == statements.size();
                new Request.BatchDirect(
                                number, last, queryTimeoutMillis, statements.subList(start, end))
                        .writeTo(out.values());
                if (!last) {
                    out.sendPart();
                }
                start = end;
            }
        }

        /** As many texts as make a frame of good size, at least one. */
        private int endOfPart(int start) {
            int chars = statements.get(start).length();
            int end = start + 1;
            while (end < statements.size()
                    && end - start < Protocol.MAX_BATCH_ROWS
                    && chars + statements.get(end).length() <= Protocol.FRAME_TARGET_BYTES) {
                chars += statements.get(end++).length();
            }
            return end;
        }

        /** One for each text, and one for the commit at the end in auto-commit. */
        @Override
        public int numbers() {
            return statements.size() + 1;
        }

        @Override
        public Commits commits() {
            Commits most = Commits.NOTHING;
            for (String each : statements) {
                Commits commits = Commits.of(each);
                most = commits.compareTo(most) > 0 ? commits : most;
            }
            return most;
        }

        @Override
        public List<Integer> parts() {
            SortedSet<Integer> parts = new TreeSet<>();
            for (int i = 0; i < statements.size(); i++) {
                if (Commits.of(statements.get(i)) != Commits.NOTHING) {
                    parts.add(0);
                    parts.add(i);
                    parts.add(i + 1); // the transaction that goes on behind it
                }
            }
            parts.remove(statements.size());
            return List.copyOf(parts);
        }

        @Override
        public boolean endsWithPart() {
            return Commits.of(statements.get(statements.size() - 1)) != Commits.NOTHING;
        }

        @Override
        public Optional<Response.Reply> answerIfCommitted(UpdateCounts counts) {
            return counted(statements.size(), counts);
        }
    }
}
