package io.lockstep.controller;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.List;

/** The arrows between the controller's rooms, and the one room each library may be seen in. */
@AnalyzeClasses(
        packages = "io.lockstep.controller",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.lockstep.controller.";

    /** From the top of the house to its ground; a room may use those after it. */
    private static final List<String> ROOMS =
            List.of(
                    "bootstrap",
                    "config",
                    "frontend",
                    "admin",
                    "session",
                    "request",
                    "recovery",
                    "sql",
                    "scheduler",
                    "allocation",
                    "execution",
                    "balancer",
                    "membership",
                    "redo",
                    "recoverylog");

    @ArchTest
    static final ArchRule every_class_is_in_a_known_room =
            classes()
                    .that()
                    .doNotHaveSimpleName("package-info") // that of the house itself
                    .should()
                    .resideInAnyPackage(
                            ROOMS.stream().map(ArchitectureTest::room).toArray(String[]::new));

    @ArchTest static final ArchRule arrows_point_downwards_only = arrowsPointDownwards();

    @ArchTest
    static final ArchRule packages_form_no_cycle =
            slices().matching("io.lockstep.controller.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule locks_membership_and_log_know_no_jdbc =
            noClasses()
                    .that()
                    .resideInAnyPackage(room("scheduler"), room("membership"), room("recoverylog"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..", "javax.sql..", "io.lockstep.backends..");

    @ArchTest
    static final ArchRule the_parser_is_seen_in_sql_only = only("net.sf.jsqlparser..", "sql");

    @ArchTest
    static final ArchRule netty_is_seen_at_the_doors_only = only("io.netty..", "frontend", "admin");

    @ArchTest
    static final ArchRule jackson_is_seen_where_files_and_json_are_read =
            only("com.fasterxml..", "config", "admin", "membership");

    @ArchTest
    static final ArchRule engines_and_pools_are_the_business_of_backends =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "com.zaxxer..",
                            "org.postgresql..",
                            "org.mariadb..",
                            "org.h2..",
                            "org.apache.derby..");

    @ArchTest
    static final ArchRule of_the_driver_only_the_protocol_is_used =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.lockstep.driver..");

    private static String room(String name) {
        return ROOT + name + "..";
    }

    private static ArchRule arrowsPointDownwards() {
        ArchRule all = null;
        for (int i = 1; i < ROOMS.size(); i++) {
            String[] above =
                    ROOMS.subList(0, i).stream().map(ArchitectureTest::room).toArray(String[]::new);
            ArchRule rule =
                    noClasses()
                            .that()
                            .resideInAPackage(room(ROOMS.get(i)))
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(above);
            all = all == null ? rule : CompositeArchRule.of(all).and(rule);
        }
        return all;
    }

    private static ArchRule only(String library, String... rooms) {
        String[] allowed =
                List.of(rooms).stream().map(ArchitectureTest::room).toArray(String[]::new);
        return noClasses()
                .that()
                .resideOutsideOfPackages(allowed)
                .should()
                .dependOnClassesThat(resideInAnyPackage(library));
    }
}
