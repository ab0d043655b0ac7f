/**
 * What differs between engines: URLs, session set-up, type names, lexical rules, error codes,
 * catalogue queries.
 *
 * <p>Knows one engine per class. Does not know pools, virtual databases or other backends. Start
 * reading at {@link io.lockstep.backends.dialect.Dialect}. Dialects are stateless and shared by all
 * threads.
 */
package io.lockstep.backends.dialect;
