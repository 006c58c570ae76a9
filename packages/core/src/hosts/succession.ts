/** A server as its replicas name it. Fields left out are not known. */
export interface ServerRef {
  readonly uuid?: string | undefined
  readonly id?: string | undefined
  /** `name:port`. */
  readonly address?: string | undefined
}

/** A server from which another server replicates. */
export interface Source extends ServerRef {
  /** An operator's statement has stopped both replication threads. */
  readonly stopped: boolean
}

/** The answer of a server about its own replication. */
export interface ReplicationWord {
  readonly self: ServerRef
  readonly sources: readonly Source[]
  readonly writable: boolean
}

/** The place of a host among a source and its replicas, as the pool remembers it. Other hosts appear by name. */
export interface Succession {
  /** Undefined before the host's first answer. */
  readonly self: ServerRef | undefined
  /**
   * The hosts that this host follows. For a host that follows none: the hosts that it followed last, and the sources that an
   * operator has configured on it since.
   */
  readonly leaders: readonly string[]
  readonly follows: boolean
  /** The host took no writes when it last followed. */
  readonly wasReadOnly: boolean
  /** The hosts whose place this host has taken, and the time at which the pool saw this, on the monotonic clock. */
  readonly succeeded: readonly string[]
  readonly succeededAt: number
  /** The time of the host's last answer by which it follows, on the monotonic clock. */
  readonly followedAt: number
  /** The operator has accepted the host as it is now, with `pool.hosts.accept()`. */
  readonly accepted: boolean
}

export const UNHEARD: Succession = {
  self: undefined,
  leaders: [],
  follows: false,
  wasReadOnly: false,
  succeeded: [],
  succeededAt: -Infinity,
  followedAt: -Infinity,
  accepted: false,
}

/** Another host of the pool, and the facts that the judgement needs. */
export interface Relative {
  readonly name: string
  /** Whether the host is up and takes writes. */
  readonly takesWrites: boolean
  readonly succession: Succession
}

export interface SuccessionObjection {
  readonly to: 'everything' | 'writes' | 'writes and preference'
  /** The reason: words that follow the name of the host in a sentence. */
  readonly why: string
}

export interface SuccessionJudgement {
  readonly succession: Succession
  readonly objection: SuccessionObjection | undefined
}

/**
 * Finds the source among several hosts that take writes. A replica that was read-only, and now takes writes and follows no
 * server, was promoted. The former source gets no writes before it follows a server itself: its writes would be on no other
 * server. A server that follows another one gets no writes, even if it is writable, unless both follow each other.
 */
export function judgeSuccession(
  name: string,
  known: Succession,
  word: ReplicationWord,
  others: readonly Relative[],
  now: number,
): SuccessionJudgement {
  const { self, sources, writable } = word
  const named = others.filter((other) => sources.some((source) => isNamed(source, self, other, others)))
  const follows = sources.some(({ stopped }) => !stopped)
  if (follows) {
    const succession: Succession = {
      ...UNHEARD,
      self,
      follows,
      leaders: named.map((leader) => leader.name),
      wasReadOnly: !writable,
      followedAt: now,
      accepted: known.accepted && known.follows,
    }
    const leader = named.find((each) => each.succession.self !== undefined && !isFollowing(each, name))
    if (!writable || succession.accepted || leader === undefined) return { succession, objection: undefined }
    return {
      succession,
      objection: { to: 'writes', why: `it replicates from ${leader.name}, which does not replicate from it` },
    }
  }
  // An operator may have configured another source that this host never followed. A promoted host may still name its old source.
  const pointedAt = named.map((leader) => leader.name).filter((each) => !known.succeeded.includes(each))
  const leaders = [...new Set([...known.leaders, ...pointedAt])]
  const at = { ...known, self, follows, leaders }
  if (known.accepted) return { succession: at, objection: undefined }
  if (!writable) {
    const wasReadOnly = known.wasReadOnly || leaders.length > 0
    return { succession: { ...at, wasReadOnly }, objection: successor(at, name, others, 'writes and preference') }
  }
  if (leaders.length === 0) return { succession: at, objection: successor(at, name, others, 'everything') }
  // Another host may have taken this host's place after it last followed: this host lacks the writes of the other one.
  const objection = successor(sinceItFollowed(at), name, others, 'everything')
  if (objection !== undefined) return { succession: at, objection }
  const leader = others.find((other) => leaders.includes(other.name) && other.takesWrites)
  if (leader !== undefined && !known.wasReadOnly) {
    // Replication has stopped for a while, or the host is about to follow another one. Neither is a promotion.
    const why = `it has stopped replicating from ${leader.name}, which takes writes`
    return { succession: at, objection: { to: 'writes and preference', why } }
  }
  const theirs = others
    .filter((other) => leaders.includes(other.name))
    .flatMap(({ succession }) => succession.succeeded)
  const succeeded = [...new Set([...known.succeeded, ...leaders, ...theirs])].filter((each) => each !== name)
  return {
    succession: { ...at, leaders: [], wasReadOnly: false, succeeded, succeededAt: now },
    objection: undefined,
  }
}

/**
 * The objection to a server that takes writes and does not tell which server it follows, for example because the privilege to ask
 * has been revoked. The earlier knowledge of the server stays in force.
 */
export function objectionUntold(
  name: string,
  known: Succession,
  self: ServerRef,
  others: readonly Relative[],
): SuccessionObjection | undefined {
  if (known.accepted) return undefined
  const untold = 'and it may not be asked which server it follows now'
  if (known.follows) {
    // A host that was read-only, and takes writes now, may have been promoted.
    const leader = others.find((other) => known.leaders.includes(other.name) && !isFollowing(other, name))
    if (known.wasReadOnly || leader === undefined) return undefined
    return { to: 'writes', why: `it replicated from ${leader.name}, ${untold}` }
  }
  const next = successorOf(sinceItFollowed({ ...known, self }), name, others)
  return next && { to: 'everything', why: `${next.name} has taken its place, ${untold}` }
}

/** The succession of a host in which a place taken before the host last followed does not count. */
function sinceItFollowed(known: Succession): Succession {
  return { ...known, succeededAt: Math.max(known.succeededAt, known.followedAt) }
}

function successor(
  known: Succession,
  name: string,
  others: readonly Relative[],
  to: SuccessionObjection['to'],
): SuccessionObjection | undefined {
  const next = successorOf(known, name, others)
  return next && { to, why: `${next.name} has taken its place, and it does not follow that` }
}

function successorOf(
  { self, succeededAt }: Succession,
  name: string,
  others: readonly Relative[],
): Relative | undefined {
  const next = others.find(
    ({ succession }) => succession.succeeded.includes(name) && succession.succeededAt > succeededAt,
  )
  // The name may lead to the new source now: some names in DNS always stand for the source.
  return next === undefined || isSame(self, next.succession.self) ? undefined : next
}

function isSame(one: ServerRef | undefined, other: ServerRef | undefined): boolean {
  if (one?.uuid !== undefined && other?.uuid !== undefined) return one.uuid === other.uuid
  return one?.id !== undefined && one.id === other?.id
}

function isFollowing({ succession }: Relative, name: string): boolean {
  return succession.follows && succession.leaders.includes(name)
}

/**
 * Whether a replica's source is this host. Addresses do not suffice, because servers may have other addresses among each other;
 * ids do not suffice, because some clusters give the same one to several servers.
 */
function isNamed(source: Source, self: ServerRef, host: Relative, others: readonly Relative[]): boolean {
  const { name, succession } = host
  const uuid = succession.self?.uuid
  if (source.uuid !== undefined && uuid !== undefined) return source.uuid === uuid
  if (source.address === name) return true
  const { id } = source
  if (id === undefined || id === self.id || succession.self?.id !== id) return false
  return others.filter((other) => other.succession.self?.id === id).length === 1
}

/** Whether the news of one host make it necessary to probe the other hosts again. */
export function changesOthers(
  before: Succession,
  { self, succeededAt }: Succession,
  others: readonly Relative[],
): boolean {
  if (succeededAt > before.succeededAt) return true
  if (before.self !== undefined || self === undefined) return false
  // This host may be the source that a writable replica has named.
  return others.some(({ succession }) => succession.follows && !succession.wasReadOnly)
}
