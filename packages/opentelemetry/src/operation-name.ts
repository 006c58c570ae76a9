/**
 * The first words of statements. Any other first word is no name: a text may begin with anything, and each word would make a
 * series.
 */
const VERBS: ReadonlySet<string> = new Set(
  (
    'alter analyze begin binlog cache call change check checksum commit create deallocate delete desc describe do drop execute ' +
    'explain flush get grant handler import insert install kill load lock optimize prepare purge release rename repair replace ' +
    'reset resignal revoke rollback savepoint select set show shutdown signal start stop table truncate uninstall unlock update ' +
    'use values with xa'
  ).split(' '),
)

/** The name of an operation, in capitals as servers write it; undefined where the text begins with no known word. */
export function operationName(verb: string): string | undefined {
  return VERBS.has(verb) ? verb.toUpperCase() : undefined
}
