import type { Answer } from '../driver/question.js'
import type { ServerRef } from '../hosts/succession.js'
import { READ_ONLY_NAMES, showVariables } from '../driver/read-only-settings.js'
import { factsOf, type Facts } from './answer.js'

/** The variables by which two servers behind the same address differ. Not every server has each of them. */
const IDENTITY = ['SERVER_ID', 'SERVER_UUID', 'SERVER_UID', 'WSREP_NODE_NAME', 'HOSTNAME', 'PORT'] as const

/**
 * The statement that reads the variables of a server, once on each connection of a probe. SHOW VARIABLES leaves out a variable
 * that the server does not have, while `@@wsrep_on` would be an error without Galera. Every account may send the statement.
 * @param kindVariables - the variables by which the kinds of servers are recognised
 */
export function serverFactsSql(kindVariables: readonly string[]): string {
  return showVariables([...kindVariables, ...IDENTITY, ...READ_ONLY_NAMES])
}

/** The identity of a server: names and values of the variables in `IDENTITY` that the server has. */
export type ServerIdentity = Facts

/** The version and the variables of a server. */
export interface ServerFacts {
  readonly version: string
  /** The variables, by names in capital letters. */
  readonly variables: Facts
}

export function serverFacts(version: string, answer: Answer | undefined): ServerFacts {
  return { version, variables: factsOf(answer) }
}

export function identityOf({ variables }: ServerFacts): ServerIdentity {
  const stated = IDENTITY.map((name) => [name, variables.get(name)] as const)
  return new Map(stated.filter((entry): entry is [(typeof IDENTITY)[number], string] => typeof entry[1] === 'string'))
}

/** The server as its replicas name it: by UUID on MySQL, by server id on MariaDB. */
export function refOf(identity: ServerIdentity | undefined): ServerRef {
  return { uuid: identity?.get('SERVER_UUID') ?? undefined, id: identity?.get('SERVER_ID') ?? undefined }
}

/** Whether two connections lead to different servers. A server that states no variable counts as the same one. */
export function isOtherServer(before: ServerIdentity, now: ServerIdentity): boolean {
  for (const [name, value] of now) {
    const known = before.get(name)
    if (known !== undefined && known !== value) return true
  }
  return false
}

/** The variables in which a server differs from another one, for a message: `wsrep_node_name n2, server_id 1`. */
export function wordsOfIdentity(server: ServerIdentity, other: ServerIdentity): string {
  const differing = [...server].filter(([name, value]) => other.get(name) !== value)
  return differing.map(([name, value]) => `${name.toLowerCase()} ${value ?? ''}`).join(', ')
}
