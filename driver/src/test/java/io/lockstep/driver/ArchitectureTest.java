package io.lockstep.driver;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A client needs this jar and a JDK, nothing else; a broker's classes are met by a broker only. */
@AnalyzeClasses(
        packages = {"io.lockstep.driver", "io.lockstep.protocol"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String DRIVER = "io.lockstep.driver..";
    private static final String PROTOCOL = "io.lockstep.protocol..";
    private static final String BROKER = "io.lockstep.driver.activemq..";

    @ArchTest
    static final ArchRule the_protocol_needs_the_jdk_only =
            classes()
                    .that()
                    .resideInAPackage(PROTOCOL)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("java..", "javax..", PROTOCOL);

    @ArchTest
    static final ArchRule the_driver_needs_the_jdk_and_the_protocol_only =
            classes()
                    .that()
                    .resideInAPackage(DRIVER)
                    .and()
                    .resideOutsideOfPackage(BROKER)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage("java..", "javax..", PROTOCOL, DRIVER);

    @ArchTest
    static final ArchRule nothing_refers_to_the_classes_for_a_broker =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(BROKER)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(BROKER);

    @ArchTest
    static final ArchRule the_classes_for_a_broker_stand_apart =
            classes()
                    .that()
                    .resideInAPackage(BROKER)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..", "javax..", "org.slf4j..", "org.apache.activemq..", BROKER);

    @ArchTest
    static final ArchRule packages_form_no_cycle =
            slices().matching("io.lockstep.(**)").should().beFreeOfCycles();
}
