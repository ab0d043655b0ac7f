package io.lockstep.controller.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModeTableTest {
    private static final List<LockMode> MODES = List.of(LockMode.values());

    @ParameterizedTest
    @EnumSource(LockMode.class)
    void conflictsAreSymmetric(LockMode mode) {
        for (LockMode other : MODES) {
            assertThat(ModeTable.conflict(mode, other))
                    .as("%s with %s", mode, other)
                    .isEqualTo(ModeTable.conflict(other, mode));
        }
    }

    @ParameterizedTest
    @EnumSource(LockMode.class)
    void joinIsTheWeakestModeThatConflictsWithAllThatEitherConflictsWith(LockMode mode) {
        for (LockMode other : MODES) {
            int both = ModeTable.conflicts(mode) | ModeTable.conflicts(other);
            LockMode weakest =
                    MODES.stream()
                            .filter(candidate -> (both & ~ModeTable.conflicts(candidate)) == 0)
                            .min(
                                    (a, b) ->
                                            Integer.bitCount(ModeTable.conflicts(a))
                                                    - Integer.bitCount(ModeTable.conflicts(b)))
                            .orElseThrow();
            assertThat(ModeTable.join(mode, other)).as("%s and %s", mode, other).isEqualTo(weakest);
        }
    }

    @ParameterizedTest
    @EnumSource(LockMode.class)
    void joinIsALeastUpperBound(LockMode mode) {
        assertThat(ModeTable.join(mode, mode)).isEqualTo(mode);
        for (LockMode other : MODES) {
            LockMode joined = ModeTable.join(mode, other);
            assertThat(joined).isEqualTo(ModeTable.join(other, mode));
            assertThat(ModeTable.includes(joined, mode)).isTrue();
            assertThat(ModeTable.includes(joined, other)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(LockMode.class)
    void aTableLockCoversKeysOnlyIfNobodyElseCouldLockThemInConflict(LockMode table) {
        for (LockMode key : MODES) {
            if (!ModeTable.coversKey(table, key)) {
                continue;
            }
            // Whoever wants a conflicting mode on the key brings this intention to the table.
            for (LockMode theirs : MODES) {
                if (ModeTable.conflict(key, theirs)) {
                    assertThat(ModeTable.conflict(table, intention(theirs)))
                            .as("%s covers %s, others want %s", table, key, theirs)
                            .isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LockMode.class,
            names = {"ACCESS_EXCLUSIVE"},
            mode = EnumSource.Mode.EXCLUDE)
    void aPlainReaderIsStoppedByNothingButDdl(LockMode other) {
        assertThat(ModeTable.conflict(LockMode.ACCESS_SHARE, other)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(LockMode.class)
    void aForeignKeyChildMeetsOnlyThoseWhoDeleteTheParentOrChangeItsKey(LockMode other) {
        List<LockMode> rowModesInTheWay =
                Stream.of(LockMode.EXCLUSIVE, LockMode.ACCESS_EXCLUSIVE).toList();
        List<LockMode> rowModes =
                Arrays.asList(
                        LockMode.KEY_SHARE,
                        LockMode.SHARE,
                        LockMode.NO_KEY_EXCLUSIVE,
                        LockMode.EXCLUSIVE,
                        LockMode.ACCESS_EXCLUSIVE);
        if (rowModes.contains(other)) {
            assertThat(ModeTable.conflict(LockMode.KEY_SHARE, other))
                    .isEqualTo(rowModesInTheWay.contains(other));
        }
    }

    private static LockMode intention(LockMode key) {
        return switch (key) {
            case ACCESS_SHARE, INTENT_SHARE, KEY_SHARE, SHARE -> LockMode.INTENT_SHARE;
            case INTENT_EXCLUSIVE,
                    SHARE_INTENT_EXCLUSIVE,
                    NO_KEY_EXCLUSIVE,
                    EXCLUSIVE,
                    ACCESS_EXCLUSIVE ->
                    LockMode.INTENT_EXCLUSIVE;
        };
    }
}
