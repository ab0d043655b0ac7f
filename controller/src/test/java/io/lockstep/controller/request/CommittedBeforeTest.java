package io.lockstep.controller.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client hears of something that failed when a part of it was committed already. */
class CommittedBeforeTest {
    @ParameterizedTest
    @CsvSource({"40001, 55P03", "08006, 08007", "42S01, 42S01", "57P03, 57P03"})
    void aFailureBehindACommitNeverReadsAsARollbackOfAll(String state, String told) {
        SQLException failure = new SQLException("why", state, 7);
        failure.setNextException(new SQLException("more"));
        SQLException said = CommittedBefore.said(failure, "the first half is committed");
        assertThat(said.getSQLState()).isEqualTo(told);
        assertThat((Throwable) said)
                .hasMessageStartingWith("why")
                .hasMessageContaining("is committed")
                .hasCause(failure);
        assertThat(said.getErrorCode()).isEqualTo(7);
        assertThat((Throwable) said.getNextException()).hasMessage("more");
    }
}
