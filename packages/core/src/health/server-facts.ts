import type { Answer } from '../driver/question.js'
import type { ServerRef } from '../hosts/succession.js'
import { READ_ONLY_NAMES, showVariables } from '../driver/read-only-settings.js'
import { factsOf, type Facts } from './answer.js'

/** What tells one server from another behind the same address. A server states those that it has. */
const IDENTITY = ['SERVER_ID', 'SERVER_UUID', 'SERVER_UID', 'WSREP_NODE_NAME', 'HOSTNAME', 'PORT'] as const

/**
 * Asked once on each connection of a probe.
 * @param kindVariables - those by which kinds of servers are told apart
 */
export function serverFactsSql(kindVariables: readonly string[]): string {
  return showVariables([...kindVariables, ...IDENTITY, ...READ_ONLY_NAMES])
}

/** Which server a connection leads to, as far as the server says: names and values. */
export type ServerIdentity = Facts

/** What is known of the server at the other end of one connection. */
export interface ServerFacts {
  readonly version: string
  /** Its variables, by names in capitals. */
  readonly variables: Facts
}

export function serverFacts(version: string, answer: Answer | undefined): ServerFacts {
  return { version, variables: factsOf(answer) }
}

export function identityOf({ variables }: ServerFacts): ServerIdentity {
  const stated = IDENTITY.map((name) => [name, variables.get(name)] as const)
  return new Map(stated.filter((entry): entry is [(typeof IDENTITY)[number], string] => typeof entry[1] === 'string'))
}

/** The server as its replicas name it; by MariaDB's they go by ids. */
export function refOf(identity: ServerIdentity | undefined): ServerRef {
  return { uuid: identity?.get('SERVER_UUID') ?? undefined, id: identity?.get('SERVER_ID') ?? undefined }
}

/** Whether two connections lead to different servers. A server that states nothing is no other one. */
export function isOtherServer(before: ServerIdentity, now: ServerIdentity): boolean {
  for (const [name, value] of now) {
    const known = before.get(name)
    if (known !== undefined && known !== value) return true
  }
  return false
}

/** `wsrep_node_name n2, server_id 1`: what differs, for a message. */
export function wordsOfIdentity(server: ServerIdentity, other: ServerIdentity): string {
  const differing = [...server].filter(([name, value]) => other.get(name) !== value)
  return differing.map(([name, value]) => `${name.toLowerCase()} ${value ?? ''}`).join(', ')
}
