package io.lockstep.controller.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.protocol.TransactionId;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A member of commit groups that remembers its one answer. */
final class Probe extends CommitGroups.Member {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final CompletableFuture<Object> answer = new CompletableFuture<>();
    private final AtomicInteger answers = new AtomicInteger();

    Probe(String text, Object... values) {
        this(Scene.call(text, values), 1, Runnable::run);
    }

    Probe(StatementCall call, int rows, Executor executor) {
        super(new TransactionId(2, NUMBERS.incrementAndGet()), call, rows, true, executor);
    }

    @Override
    protected void done(Verdict<StatementResult> verdict) {
        answers.incrementAndGet();
        answer.complete(verdict);
    }

    @Override
    protected void failed(SQLException error) {
        answers.incrementAndGet();
        answer.complete(error);
    }

    boolean isAnswered() {
        return answer.isDone();
    }

    Object anyAnswer() {
        return answer(Object.class);
    }

    private <T> T answer(Class<T> type) {
        try {
            Object given = answer.get(20, TimeUnit.SECONDS);
            assertThat(answers).as("answered more than once").hasValue(1);
            assertThat(given).isInstanceOf(type);
            return type.cast(given);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("never answered", e);
        }
    }

    SQLException error() {
        return answer(SQLException.class);
    }

    StatementResult result() {
        return (StatementResult) answer(Verdict.Agreed.class).result();
    }

    long count() {
        return ((StatementResult.Count) result()).count();
    }

    SQLException refusal() {
        return answer(Verdict.Refused.class).error();
    }

    Verdict.TakenBack<?> takenBack() {
        return answer(Verdict.TakenBack.class);
    }
}
