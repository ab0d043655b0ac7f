/**
 * Whether what the classifier says of a statement is true: random texts run on real engines, beside
 * what a controller over the same database says that they are.
 *
 * <p>{@code ValueMatrixTest} and {@code ClockValuesTest} ask the same of values: whether the
 * databases stay equal wherever a clock, random or UUID value stands, and have the right one;
 * {@code BuiltInFunctionsTest} whether any of PostgreSQL's functions is overlooked.
 *
 * <p>Start reading at {@code WriteOracleTest}. {@code Grammar} makes the texts, from one file of
 * rules for each engine and one for all; {@code Trial} runs one of them in a transaction that is
 * rolled back; {@code Digest} tells what it changed; {@code Explainer} asks the controller. Nothing
 * here knows how texts are classified.
 *
 * <p>To look for more: add rules to a {@code .grammar} file beside this package's resources. A
 * counterexample is a bug of the product; its text belongs into the table {@code
 * classification.txt} of the controller as well.
 *
 * <p>Single-threaded; servers and controllers are the harness's.
 */
package io.lockstep.tests.oracle;
