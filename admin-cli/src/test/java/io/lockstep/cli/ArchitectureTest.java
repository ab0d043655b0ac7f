package io.lockstep.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A tool over HTTP and JDBC: it knows nothing of how a controller or the driver is made. */
@AnalyzeClasses(packages = "io.lockstep.cli", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule only_public_doors_are_used =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.lockstep.controller..",
                            "io.lockstep.backends..",
                            "io.lockstep.driver..",
                            "io.lockstep.protocol..");

    @ArchTest
    static final ArchRule the_terminal_is_seen_in_the_shell_only =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.lockstep.cli.sql")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.jline..");

    @ArchTest
    static final ArchRule http_is_seen_in_one_package_only =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.lockstep.cli.http")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.net.http..");

    @ArchTest
    static final ArchRule packages_form_no_cycle =
            slices().matching("io.lockstep.(**)").should().beFreeOfCycles();
}
