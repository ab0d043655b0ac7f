package io.lockstep.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallTextTest {
    @Test
    void markersAreFoundWhereTheyAreArgumentsOfTheirOwn() {
        assertThat(CallText.of("{call p(?, ?)}"))
                .contains(new CallText(null, "p", false, false, List.of(1, 2)));
        assertThat(CallText.of(" { ? = CALL shop . f ( ? ) } "))
                .contains(new CallText("shop", "f", false, true, List.of(2)));
        assertThat(CallText.of("CALL p(1, ?, '?,', abs(?), ?)"))
                .contains(new CallText(null, "p", false, false, List.of(0, 1, 0, 0, 3)));
        assertThat(CallText.of("/* lockstep:read */ call \"My\".\"Big p\"()"))
                .contains(new CallText("My", "Big p", true, false, List.of()));
    }

    @Test
    void whatIsNoPlainCallIsNotGuessedAt() {
        assertThat(CallText.of("SELECT f(?)")).isEmpty();
        assertThat(CallText.of("{call p}")).isEmpty();
        assertThat(CallText.of("{call p(?")).isEmpty();
        assertThat(CallText.of("{call p(? /* , ? */)}")).isEmpty();
        assertThat(CallText.of("CALL p('?)")).isEmpty();
    }
}
