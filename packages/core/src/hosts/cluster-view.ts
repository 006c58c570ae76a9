/** Milliseconds in which all members change to the next view. A real change takes some milliseconds. */
const IN_STEP = 250

/** The membership of a cluster as one member knows it. */
export interface ClusterView {
  /** The cluster's identity: only views of the same cluster can be compared. */
  readonly cluster: string
  /** The number of the view, which rises by one with each change; undefined where the cluster numbers no views. */
  readonly number?: number | undefined
  /** The members in the view, by names that all members use; undefined where these names are not known. */
  readonly members?: readonly string[] | undefined
}

/** A view, and the time at which the pool first saw it at this host, on the monotonic clock. */
export interface SeenView extends ClusterView {
  readonly since: number
}

export function seenView(view: ClusterView, known: SeenView | undefined, now: number): SeenView {
  const same = known !== undefined && known.cluster === view.cluster && known.number === view.number
  return same ? { ...view, since: known.since } : { ...view, since: now }
}

/**
 * Whether a member has an old view: another member had a newer one at least 250 ms before the question `askedAt`. The group has
 * expelled such a member, and the member does not know yet, for example in the first seconds after a hang. It calls itself
 * healthy, its reads are stale, and its writes reach no other member.
 */
export function isBehind(view: ClusterView, others: Iterable<SeenView | undefined>, askedAt: number): boolean {
  if (view.number === undefined) return false
  for (const other of others) {
    if (other?.number === undefined || other.cluster !== view.cluster) continue
    if (other.number > view.number && askedAt - other.since >= IN_STEP) return true
  }
  return false
}
