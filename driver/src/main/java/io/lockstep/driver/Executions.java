package io.lockstep.driver;

import io.lockstep.driver.wire.Command;
import io.lockstep.driver.wire.RequestOutput;
import io.lockstep.protocol.BatchWriter;
import io.lockstep.protocol.ExecuteOptions;
import io.lockstep.protocol.GeneratedKeys;
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

/** The ways to execute statements, as commands for the session. */
final class Executions {
    private Executions() {}

    /**
     * What goes with an execution, but for the transaction, which the session knows.
     *
     * @param flags of {@link ExecuteOptions}
     */
    record Options(int flags, int maxRows, int fetchSize, int queryTimeoutMillis) {
        private ExecuteOptions in(int transactionSequence) {
            return new ExecuteOptions(
                    transactionSequence, flags, maxRows, fetchSize, queryTimeoutMillis);
        }

        private boolean rowsExpected() {
            return (flags & ExecuteOptions.ROWS_EXPECTED) != 0;
        }
    }

    /** What an execution whose answer is lost, but which is known to be committed, goes on with. */
    private static Optional<Response.Reply> countUnknown(Options options) {
        return options.rowsExpected()
                ? Optional.empty()
                : Optional.of(
                        new Response.UpdateCount(
                                TransactionStatus.IDLE, false, Statement.SUCCESS_NO_INFO, null));
    }

    private static Optional<Response.Reply> countsUnknown(int size) {
        long[] counts = new long[size];
        Arrays.fill(counts, Statement.SUCCESS_NO_INFO);
        return Optional.of(
                new Response.BatchCounts(
                        TransactionStatus.IDLE, false, UpdateCounts.of(counts), null));
    }

    /** A text executed once. */
    record Direct(String sql, GeneratedKeys generatedKeys, Options options) implements Command {
        @Override
        public void writeTo(RequestOutput out, int transactionSequence) throws IOException {
            new Request.ExecuteDirect(
                            options.in(transactionSequence), sql, generatedKeys, List.of())
                    .writeTo(out.values());
        }

        @Override
        public int queryTimeoutMillis() {
            return options.queryTimeoutMillis;
        }

        @Override
        public Optional<Response.Reply> answerIfCommitted() {
            return countUnknown(options);
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
        public void writeTo(RequestOutput out, int transactionSequence) throws IOException {
            if (!statement.isPrepared()) {
                statement.prepareAs(newId).writeTo(out.values());
            }
            new Request.Execute(statement.id(), options.in(transactionSequence), parameters)
                    .writeTo(out.values());
        }

        @Override
        public int queryTimeoutMillis() {
            return options.queryTimeoutMillis;
        }

        @Override
        public Optional<Response.Reply> answerIfCommitted() {
            return countUnknown(options);
        }
    }

    /**
     * A prepared statement executed with many rows of parameters, in as many frames as that takes.
     */
    record PreparedBatch(
            ServerStatement statement, int newId, int queryTimeoutMillis, List<List<Object>> rows)
            implements Command {
        @Override
        public void writeTo(RequestOutput out, int transactionSequence) throws IOException {
            if (!statement.isPrepared()) {
                statement.prepareAs(newId).writeTo(out.values());
            }
            BatchWriter batch = new BatchWriter(out.values());
            batch.begin(statement.id(), transactionSequence, queryTimeoutMillis);
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
        public Optional<Response.Reply> answerIfCommitted() {
            return countsUnknown(rows.size());
        }
    }

    /** Many texts executed, in as many frames as that takes. */
    record DirectBatch(int queryTimeoutMillis, List<String> statements) implements Command {
        @Override
        public void writeTo(RequestOutput out, int transactionSequence) throws IOException {
            // Before the first part is sent: the controller would wait for the rest of the batch.
            statements.forEach(ValueWriter::requireSqlLength);
            int start = 0;
            while (start < statements.size()) {
                int end = endOfPart(start);
                boolean last = end == statements.size();
                new Request.BatchDirect(
                                transactionSequence,
                                last,
                                queryTimeoutMillis,
                                statements.subList(start, end))
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

        @Override
        public Optional<Response.Reply> answerIfCommitted() {
            return countsUnknown(statements.size());
        }
    }
}
