package io.lockstep.backends;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The pool is seen in one package, the engines in another; the catalogue knows neither. */
@AnalyzeClasses(
        packages = "io.lockstep.backends",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String[] ENGINES = {
        "org.postgresql..", "org.mariadb..", "org.h2..", "org.apache.derby.."
    };

    @ArchTest
    static final ArchRule the_pool_is_seen_in_one_package_only =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.lockstep.backends")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("com.zaxxer..");

    @ArchTest
    static final ArchRule engines_are_seen_by_dialects_only =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.lockstep.backends.dialect")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ENGINES);

    @ArchTest
    static final ArchRule a_catalogue_is_plain_data =
            noClasses()
                    .that()
                    .resideInAPackage("io.lockstep.backends.catalogue")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.lockstep.backends", "io.lockstep.backends.dialect", "com.zaxxer..");

    @ArchTest
    static final ArchRule one_database_knows_nothing_of_the_controller =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.lockstep.controller..", "io.lockstep.driver..");

    @ArchTest
    static final ArchRule packages_form_no_cycle =
            slices().matching("io.lockstep.(**)").should().beFreeOfCycles();
}
