/** What a node's `grastate.dat` says: which cluster its data belongs to and how far it got. */
export interface GroupPosition {
  readonly version: string
  /** The cluster's id; all zeros when the node has no usable data. */
  readonly uuid: string
  /** The last transaction, or -1 after a crash, when only the storage engine knows. */
  readonly seqno: number
  /** Whether this node left last and so may found the cluster again. */
  readonly safeToBootstrap: boolean
}

export function parseGroupPosition(text: string): GroupPosition | undefined {
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1]
  const uuid = field('uuid')
  const seqno = Number(field('seqno'))
  if (uuid === undefined || !Number.isInteger(seqno)) return undefined
  return { version: field('version') ?? '2.1', uuid, seqno, safeToBootstrap: field('safe_to_bootstrap') === '1' }
}

export function formatGroupPosition(position: GroupPosition): string {
  return [
    '# GALERA saved state',
    `version: ${position.version}`,
    `uuid:    ${position.uuid}`,
    `seqno:   ${position.seqno}`,
    `safe_to_bootstrap: ${position.safeToBootstrap ? 1 : 0}`,
    '',
  ].join('\n')
}

/**
 * The position for the copy of the template that the node with this index (0 is the founder) starts from. Each change
 * of membership takes one position of its own, so counting the changes in advance lets a fresh node join with nothing
 * to transfer. Were the count wrong, the node would just be sent what it lacks.
 */
export function positionForNode(template: GroupPosition, index: number): GroupPosition {
  return { ...template, seqno: template.seqno + index, safeToBootstrap: index === 0 }
}

/** The `uuid:seqno` that a server started with `--wsrep-recover` wrote to its log. */
export function parseRecoveredPosition(log: string): string | undefined {
  return [...log.matchAll(/WSREP: Recovered position:\s*([0-9a-f-]+:-?\d+)/g)].at(-1)?.[1]
}
