import type { ClusterView, SeenView } from './cluster-view.js'

/** The cluster of a server, by the server's own answer. */
export type Allegiance =
  /** The answer does not tell. */
  | { readonly is: 'unknown' }
  /** The server belongs to no cluster. `follows`: it replicates from another server. */
  | { readonly is: 'none'; readonly follows: boolean }
  /** The cluster's identity in words, `the Galera cluster …`, and the members that the server sees. */
  | { readonly is: 'member'; readonly cluster: string; readonly view?: ClusterView | undefined }

/** The cluster in which the pool has seen a host. `pool.hosts.accept()` resets it. */
export interface Belonging {
  /** The cluster of the host; undefined before the pool has seen the host in one. */
  readonly cluster: string | undefined
  /** The host was in a second primary component, beside the one that the pool uses, and has not come back into that one since. */
  readonly apart: boolean
  /** The operator has accepted the host as it is now, with `pool.hosts.accept()`. */
  readonly accepted: boolean
}

export const STRANGER: Belonging = { cluster: undefined, apart: false, accepted: false }
export const ACCEPTED: Belonging = { cluster: undefined, apart: false, accepted: true }

/** Another host of the pool, and the facts that the judgement needs. */
export interface Neighbour {
  readonly up: boolean
  readonly belonging: Belonging
  readonly view: SeenView | undefined
}

interface Objection {
  readonly to: 'everything' | 'writes'
  /** The reason: words that follow the name of the host in a sentence. */
  readonly why: string
}

/** The new belonging of a host, and the reason not to use the host, if there is one. */
export interface Judgement {
  readonly belonging: Belonging
  readonly objection: Objection | undefined
}

/**
 * Judges whether a host still belongs to its cluster, and to the cluster of the other hosts. A host that has left its cluster, or
 * has joined another one, would take writes that the cluster never sees. The same holds for the smaller one of two primary
 * components that exist at once.
 */
export function judgeBelonging(known: Belonging, said: Allegiance, others: readonly Neighbour[]): Judgement {
  if (said.is === 'unknown') return { belonging: known, objection: undefined }
  if (known.accepted) {
    if (said.is === 'none') return { belonging: ACCEPTED, objection: undefined }
    // The acceptance ends when the host is in one component with another host again.
    const accepted = !others.some((other) => isTogether(said.view, other))
    return { belonging: { cluster: said.cluster, apart: false, accepted }, objection: undefined }
  }
  const cluster = known.cluster ?? others.find(({ belonging }) => isOfCluster(belonging))?.belonging.cluster
  if (said.is === 'none') {
    if (cluster === undefined) return { belonging: known, objection: undefined }
    // A host that was never seen in the cluster and replicates is a replica of the cluster: it may serve reads.
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

/** Whether a host is apart. A host that is apart stays so until it shares a component with a host that is not. */
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

/** Whether a view and another host's view have a member in common: two components have none. */
function isTogether(view: ClusterView | undefined, { up, belonging, view: theirs }: Neighbour): boolean {
  if (!up || belonging.apart || view === undefined || view.cluster !== theirs?.cluster) return false
  return view.members?.some((member) => theirs.members?.includes(member)) === true
}

/** Whether the pool gives up the first of two components: the smaller one. Of two equal ones every process gives up the same. */
function isLesser(members: readonly string[], others: readonly string[]): boolean {
  if (members.length !== others.length) return members.length < others.length
  return members.toSorted().join() > others.toSorted().join()
}
