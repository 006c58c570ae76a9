/** A server as its replicas name it; what is left out is not known. */
export interface ServerRef {
  readonly uuid?: string | undefined
  readonly id?: string | undefined
  /** `name:port`. */
  readonly address?: string | undefined
}

/** A server that another one replicates from. */
export interface Source extends ServerRef {
  /** Both threads were stopped, by an operator's statement. */
  readonly stopped: boolean
}

/** What a server among a source and its replicas says of itself. */
export interface ReplicationWord {
  readonly self: ServerRef
  readonly sources: readonly Source[]
  readonly writable: boolean
}

/** What is remembered of a host among a source and its replicas. Hosts go by their names. */
export interface Succession {
  /** Undefined until it has spoken. */
  readonly self: ServerRef | undefined
  /** The hosts that it follows; when it follows none, those that it followed last, and those that it has been pointed at since. */
  readonly leaders: readonly string[]
  readonly follows: boolean
  /** It took no writes when it last followed. */
  readonly wasReadOnly: boolean
  /** The hosts whose place it has taken, and when that was seen, on the monotonic clock. */
  readonly succeeded: readonly string[]
  readonly succeededAt: number
  /** When it was last heard to follow, on the monotonic clock. */
  readonly followedAt: number
  /** The operator has said that what it is now is what it should be. */
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

/** Another host of the pool, as far as it matters here. */
export interface Relative {
  readonly name: string
  /** Whether it is up and takes writes. */
  readonly takesWrites: boolean
  readonly succession: Succession
}

export interface SuccessionObjection {
  readonly to: 'everything' | 'writes' | 'writes and preference'
  /** In words, as they go on after the name of the host. */
  readonly why: string
}

export interface SuccessionJudgement {
  readonly succession: Succession
  readonly objection: SuccessionObjection | undefined
}

/**
 * Which of several hosts that take writes is the source. A replica that was read-only, and now takes writes and follows no server,
 * was promoted: what it followed is not written to again before it follows in its turn, or its writes would be on no other
 * server. A server that follows another one takes no writes of the pool, whatever its settings say, unless both follow each other.
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
  // It may have been pointed at another server, and have followed that for no moment. A promoted one may name its old source on.
  const pointedAt = named.map((leader) => leader.name).filter((each) => !known.succeeded.includes(each))
  const leaders = [...new Set([...known.leaders, ...pointedAt])]
  const at = { ...known, self, follows, leaders }
  if (known.accepted) return { succession: at, objection: undefined }
  if (!writable) {
    const wasReadOnly = known.wasReadOnly || leaders.length > 0
    return { succession: { ...at, wasReadOnly }, objection: successor(at, name, others, 'writes and preference') }
  }
  if (leaders.length === 0) return { succession: at, objection: successor(at, name, others, 'everything') }
  // What it followed before another one took its place makes it no source again: it has missed what was written there.
  const objection = successor(sinceItFollowed(at), name, others, 'everything')
  if (objection !== undefined) return { succession: at, objection }
  const leader = others.find((other) => leaders.includes(other.name) && other.takesWrites)
  if (leader !== undefined && !known.wasReadOnly) {
    // Stopped for a while, or about to follow another one: nothing says that it should lead.
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
 * What holds against a server that takes writes and does not tell which one it follows, as when the privilege to ask has been
 * revoked: what was known of it is not taken back by that.
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
    // One that was read-only, and takes writes now, may have been promoted.
    const leader = others.find((other) => known.leaders.includes(other.name) && !isFollowing(other, name))
    if (known.wasReadOnly || leader === undefined) return undefined
    return { to: 'writes', why: `it replicated from ${leader.name}, ${untold}` }
  }
  const next = successorOf(sinceItFollowed({ ...known, self }), name, others)
  return next && { to: 'everything', why: `${next.name} has taken its place, ${untold}` }
}

/** Where a place that was taken before it followed in its turn does not count. */
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
  // The name may lead to the new source by now, as one in DNS does that stands for the source.
  return next === undefined || isSame(self, next.succession.self) ? undefined : next
}

function isSame(one: ServerRef | undefined, other: ServerRef | undefined): boolean {
  if (one?.uuid !== undefined && other?.uuid !== undefined) return one.uuid === other.uuid
  return one?.id !== undefined && one.id === other?.id
}

function isFollowing({ succession }: Relative, name: string): boolean {
  return succession.follows && succession.leaders.includes(name)
}

/** Whether a replica means this host by its source. Addresses may be others inside than outside, and ids are not unique everywhere. */
function isNamed(source: Source, self: ServerRef, host: Relative, others: readonly Relative[]): boolean {
  const { name, succession } = host
  const uuid = succession.self?.uuid
  if (source.uuid !== undefined && uuid !== undefined) return source.uuid === uuid
  if (source.address === name) return true
  const { id } = source
  if (id === undefined || id === self.id || succession.self?.id !== id) return false
  return others.filter((other) => other.succession.self?.id === id).length === 1
}

/** Whether hosts that have spoken before have to be asked again, now that this is known of one. */
export function changesOthers(
  before: Succession,
  { self, succeededAt }: Succession,
  others: readonly Relative[],
): boolean {
  if (succeededAt > before.succeededAt) return true
  if (before.self !== undefined || self === undefined) return false
  // It may be the source that one of them has named, and that one may take writes meanwhile.
  return others.some(({ succession }) => succession.follows && !succession.wasReadOnly)
}
