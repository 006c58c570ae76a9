import type { Check } from '../check.js'
import type { Facts } from '../facts.js'
import type { Finding } from '../finding.js'
import { reachedHosts } from '../reached.js'

/** Questions that a server has not answered: an unanswered question must not pass for a good answer. */
export const unanswered: Check = {
  name: 'unanswered',
  weight: 68,
  run: (facts) => [...questions(facts), ...tables(facts)],
}

function questions(facts: Facts): readonly Finding[] {
  return reachedHosts(facts).flatMap(({ name, server }): readonly Finding[] =>
    server.unanswered.length === 0
      ? []
      : [
          {
            level: 'warning',
            hosts: [name],
            problem: `Some questions had no answer: ${server.unanswered.join('; ')}`,
            reason: 'What depends on them was not checked.',
            remedy: '--timeout 20000   # and once more; a server that is still silent then hangs',
          },
        ],
  )
}

function tables({ schema }: Facts): readonly Finding[] {
  if (schema?.problem === undefined) return []
  return [
    {
      level: 'warning',
      hosts: [schema.host],
      problem: `Tables could not be looked at: ${schema.problem}`,
      reason: 'Tables without a primary key, or of another engine than InnoDB, would not be seen.',
      remedy: '--timeout 60000   # information_schema takes its time where there are many tables',
    },
  ]
}
