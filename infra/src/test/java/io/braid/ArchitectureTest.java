package io.braid;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The house plan of DESIGN.md, section 4, over the classes of all modules. */
@AnalyzeClasses(packages = "io.braid", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  private static final String[] LAYERS = {
    "io.braid.batch..", "io.braid.speed..", "io.braid.serving.."
  };

  /** The rooms of infra; every other package outside the layers is one of shared-logic. */
  private static final String[] INFRA = {
    "io.braid.platform..",
    "io.braid.launcher..",
    "io.braid.broker..",
    "io.braid.client..",
    "io.braid.demo.."
  };

  private static final DescribedPredicate<JavaClass> SHARED =
      JavaClass.Predicates.resideInAPackage("io.braid..")
          .and(JavaClass.Predicates.resideOutsideOfPackages(LAYERS))
          .and(JavaClass.Predicates.resideOutsideOfPackages(INFRA))
          .as("classes of shared-logic");

  @ArchTest
  static final ArchRule batchKnowsNoOtherLayer =
      noClasses()
          .that()
          .resideInAPackage("io.braid.batch..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.braid.speed..", "io.braid.serving..");

  @ArchTest
  static final ArchRule speedKnowsNoOtherLayer =
      noClasses()
          .that()
          .resideInAPackage("io.braid.speed..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.braid.batch..", "io.braid.serving..");

  @ArchTest
  static final ArchRule servingKnowsNoOtherLayer =
      noClasses()
          .that()
          .resideInAPackage("io.braid.serving..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.braid.batch..", "io.braid.speed..");

  @ArchTest
  static final ArchRule layersDoNotKnowWhoWiresThem =
      noClasses()
          .that()
          .resideInAnyPackage(LAYERS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(INFRA);

  @ArchTest
  static final ArchRule sharedLogicKnowsNobody =
      noClasses()
          .that(SHARED)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.braid.batch..",
              "io.braid.speed..",
              "io.braid.serving..",
              "io.braid.platform..",
              "io.braid.launcher..",
              "io.braid.broker..",
              "io.braid.client..",
              "io.braid.demo..");

  @ArchTest
  static final ArchRule sharedLogicKnowsNoEngine =
      noClasses()
          .that(SHARED)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.spark..",
              "scala..",
              "io.javalin..",
              "org.eclipse.jetty..",
              "org.duckdb..",
              "java.sql..");

  @ArchTest
  static final ArchRule sharedLogicHasNoConsumerLoop =
      noClasses()
          .that(SHARED)
          .should()
          .dependOnClassesThat(
              DescribedPredicate.describe(
                  "consume or produce",
                  type ->
                      (type.getSimpleName().endsWith("Consumer")
                              && type.getPackageName().startsWith("org.apache.kafka"))
                          || type.getPackageName()
                              .startsWith("org.apache.kafka.clients.producer")));

  @ArchTest
  static final ArchRule onlyTheBatchLayerKnowsSpark =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.braid.batch..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule onlyTheServingLayerKnowsDuckDb =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.braid.serving..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.duckdb..");

  /** The API, and the way from servers to workers. */
  @ArchTest
  static final ArchRule onlyTwoRoomsListen =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.braid.serving.http..", "io.braid.speed.peer..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..");

  @ArchTest
  static final ArchRule floorsHaveNoCircle =
      slices().matching("io.braid.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule roomsHaveNoCircle =
      slices().matching("io.braid.(**)").should().beFreeOfCycles();

  @ArchTest
  static void classesOfEveryModuleAreLookedAt(JavaClasses classes) {
    assertThat(classes.stream().map(JavaClass::getName))
        .contains(
            "io.braid.fold.PartitionFold",
            "io.braid.batch.recompute.Recompute",
            "io.braid.speed.worker.Worker",
            "io.braid.serving.http.BraidServer",
            "io.braid.platform.SingleProcess",
            "io.braid.launcher.Braid");
  }
}
