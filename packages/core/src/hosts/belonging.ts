import type { ClusterView, SeenView } from './cluster-view.js'

/** What a server says of the cluster that it belongs to. */
export type Allegiance =
  /** It could not be found out. */
  | { readonly is: 'unknown' }
  /** It belongs to none; it may follow another server, as a replica does. */
  | { readonly is: 'none'; readonly follows: boolean }
  /** The cluster's identity in words, `the Galera cluster …`, and its members as this one sees them. */
  | { readonly is: 'member'; readonly cluster: string; readonly view?: ClusterView | undefined }

/** What is remembered of a host. Kept by the health of the host; the operator can have it forgotten. */
export interface Belonging {
  /** The cluster that it was seen in; undefined until it was. */
  readonly cluster: string | undefined
  /** It was in a primary component beside the one that the pool goes on with, and has not been seen in that one since. */
  readonly apart: boolean
  /** The operator has said that what it is now is what it should be. */
  readonly accepted: boolean
}

export const STRANGER: Belonging = { cluster: undefined, apart: false, accepted: false }
export const ACCEPTED: Belonging = { cluster: undefined, apart: false, accepted: true }

/** Another host of the pool, as far as it matters here. */
export interface Neighbour {
  readonly up: boolean
  readonly belonging: Belonging
  readonly view: SeenView | undefined
}

interface Objection {
  readonly to: 'everything' | 'writes'
  /** In words, as they go on after the name of the host. */
  readonly why: string
}

/** What is to be remembered from now on, and what is to be said against the host. */
export interface Judgement {
  readonly belonging: Belonging
  readonly objection: Objection | undefined
}

/**
 * Whether a host still is what it was, and what the others are. One that was of a cluster and now is of none, or of another, would
 * take writes that the cluster never sees; of two primary components at once the smaller one does.
 */
export function judgeBelonging(known: Belonging, said: Allegiance, others: readonly Neighbour[]): Judgement {
  if (said.is === 'unknown') return { belonging: known, objection: undefined }
  if (known.accepted) {
    if (said.is === 'none') return { belonging: ACCEPTED, objection: undefined }
    // Once it is one with the others again, it is as any host.
    const accepted = !others.some((other) => isTogether(said.view, other))
    return { belonging: { cluster: said.cluster, apart: false, accepted }, objection: undefined }
  }
  const cluster = known.cluster ?? others.find(({ belonging }) => isOfCluster(belonging))?.belonging.cluster
  if (said.is === 'none') {
    if (cluster === undefined) return { belonging: known, objection: undefined }
    // A replica of the cluster, which the pool has for reads, was never more than that.
    const to = known.cluster === undefined && said.follows ? 'writes' : 'everything'
    return { belonging: known, objection: { to, why: `it belongs to no cluster, and ${origin(known, cluster)}` } }
  }
  if (cluster !== undefined && said.cluster !== cluster) {
    const why = `it belongs to ${said.cluster}, and ${origin(known, cluster)}`
    return { belonging: known, objection: { to: 'everything', why } }
  }
  const apart = isApart(known, said.view, others)
  const why = 'it is in a primary component of its own, beside the one of the other hosts'
  const objection = apart ? ({ to: 'everything', why } as const) : undefined
  return { belonging: { ...known, cluster: said.cluster, apart }, objection }
}

function isOfCluster({ cluster, apart, accepted }: Belonging): boolean {
  return cluster !== undefined && !apart && !accepted
}

function origin({ cluster }: Belonging, others: string | undefined): string {
  return cluster === undefined ? `the other hosts to ${others ?? 'one'}` : `it belonged to ${cluster}`
}

/** Once apart it stays so, until it is seen in one component with a host that is not. */
function isApart({ apart }: Belonging, view: ClusterView | undefined, others: readonly Neighbour[]): boolean {
  const members = view?.members
  if (view === undefined || members === undefined) return apart
  let beside = apart
  for (const other of others) {
    const theirs = other.view?.members
    if (!other.up || other.belonging.apart || other.view?.cluster !== view.cluster || theirs === undefined) continue
    if (isTogether(view, other)) return false
    if (isLesser(members, theirs)) beside = true
  }
  return beside
}

/** Whether both see a member that the other sees, too: two components have none in common. */
function isTogether(view: ClusterView | undefined, { up, belonging, view: theirs }: Neighbour): boolean {
  if (!up || belonging.apart || view === undefined || view.cluster !== theirs?.cluster) return false
  return view.members?.some((member) => theirs.members?.includes(member)) === true
}

/** Of two components the larger one goes on; of two equal ones every process chooses the same. */
function isLesser(members: readonly string[], others: readonly string[]): boolean {
  if (members.length !== others.length) return members.length < others.length
  return members.toSorted().join() > others.toSorted().join()
}
