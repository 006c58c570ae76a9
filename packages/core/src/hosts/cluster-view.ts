/** Members of a group come from one view of it to the next within milliseconds of each other; this is ample. */
const IN_STEP = 250

/** The membership of a cluster as one of its members knows it. Where changes are numbered, each has the next number. */
export interface ClusterView {
  /** The cluster's identity: only views of the same one can be compared. */
  readonly cluster: string
  /** Where views are numbered. */
  readonly number?: number | undefined
  /** The members in it, by names that they all use; undefined where those cannot be told. */
  readonly members?: readonly string[] | undefined
}

/** A view and when it was first seen at its host, on the monotonic clock. */
export interface SeenView extends ClusterView {
  readonly since: number
}

export function seenView(view: ClusterView, known: SeenView | undefined, now: number): SeenView {
  const same = known !== undefined && known.cluster === view.cluster && known.number === view.number
  return same ? { ...view, since: known.since } : { ...view, since: now }
}

/**
 * Whether a member still has a view that others had left behind well before it was asked. Such a member has been given up by
 * its group and does not know it yet, as for some seconds after a hang: it calls itself healthy, its reads are stale, and its
 * writes go nowhere.
 */
export function isBehind(view: ClusterView, others: Iterable<SeenView | undefined>, askedAt: number): boolean {
  if (view.number === undefined) return false
  for (const other of others) {
    if (other?.number === undefined || other.cluster !== view.cluster) continue
    if (other.number > view.number && askedAt - other.since >= IN_STEP) return true
  }
  return false
}
