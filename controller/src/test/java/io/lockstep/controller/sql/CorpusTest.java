package io.lockstep.controller.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every statement of {@code classification.txt} is what the file says it is. */
class CorpusTest {
    @TestFactory
    Stream<DynamicTest> everyStatementIsWhatTheTableSays() throws IOException {
        return Corpus.read().stream()
                .map(
                        entry ->
                                DynamicTest.dynamicTest(
                                        entry.toString(),
                                        () ->
                                                assertThat(
                                                                Corpus.describe(
                                                                        entry.engines(),
                                                                        Corpus.classify(
                                                                                entry.engines(),
                                                                                entry.sql())))
                                                        .isEqualTo(entry.expected())));
    }

    /** Guards against a file that is cut short or no longer found. */
    @Test
    void theTableIsLong() throws IOException {
        assertThat(Corpus.read()).hasSizeGreaterThan(700);
    }
}
