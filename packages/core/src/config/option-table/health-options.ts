import * as z from '../zod.js'

import type { OptionsOf, ValuesOf } from '../option.js'
import { flag, milliseconds, oneOf, wholeNumber } from '../option-kinds.js'
import { inWords, option } from '../option-row.js'
import { probeNames } from '../probe-names.js'

export const healthTable = {
  /**
   * What a probe asks: `galera`, `group-replication`, `replication` (a primary and its replicas), `plain`, or nothing (`false`);
   * `auto` finds out from the server. Without probes a host that failed is tried again after a backoff. `group-replication` needs `SELECT ON performance_schema.replication_group_members`, `replication` needs `REPLICA MONITOR` on
   * MariaDB and `REPLICATION CLIENT` on MySQL; where that is missing a `warning` event says so once, and the probe asks no more
   * than `plain` does. Default `auto`.
   */
  probe: option(
    z.union([oneOf('auto', ...probeNames), z.literal(false)], {
      error: `'auto', ${probeNames.map((name) => `'${name}'`).join(', ')} or false`,
    }),
    'auto',
  ),
  /** Milliseconds between two probes of a host that is up. Default 2000. */
  interval: option(milliseconds(1), 2000),
  /**
   * Milliseconds between two probes of a host that is suspect or down; never more than `interval`.
   * Default: 500, or `health.interval` when that is less.
   */
  retryInterval: option(milliseconds(1), inWords('500, or health.interval when that is less')),
  /**
   * Milliseconds a probe may take, its connect included, before the host counts as down; half of it when statements wait there
   * for their answers, too. A host that answers statements meanwhile is busy, not down. Default 1000.
   */
  timeout: option(milliseconds(1), 1000),
  /** Milliseconds over which a host that came back is given its full share again; 0 = at once. Default 10000. */
  slowStart: option(milliseconds(0), 10_000),
  /**
   * Milliseconds a replica may be behind its primary, which servers count in whole seconds; one further behind is used only
   * when no better host is up, and so is one whose replication is stopped; 0 = no limit. Default 30000.
   */
  maxReplicaLag: option(milliseconds(0), 30_000),
  /**
   * Write sets that may wait on a Galera node to be applied (`wsrep_local_recv_queue`); one with more is used only when no
   * better host is up, until half of this is left; 0 = no limit. Default 1000.
   */
  maxReceiveQueue: option(wholeNumber(0), 1000),
  /** Use a Galera node that is a donor, or desynced, like any other. Default false: only when no better host is up. */
  useDonors: option(flag(), false),
}

/** How hosts are watched. */
export interface HealthOptions extends OptionsOf<typeof healthTable> {}

/** The same as they are read: the fixed defaults filled in. */
export interface HealthValues extends ValuesOf<typeof healthTable> {}
