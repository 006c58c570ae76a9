import * as z from '../zod.js'

import type { OptionsOf, ValuesOf } from '../option.js'
import { flag, milliseconds, oneOf, wholeNumber } from '../option-kinds.js'
import { inWords, option } from '../option-row.js'
import { probeNames } from '../probe-names.js'

export const healthTable = {
  /**
   * The kind of probe: `galera`, `group-replication`, `replication` (a primary and its replicas), `plain`, or none (`false`);
   * `auto` detects the kind from the server. Without probes the pool tries a failed host again after a backoff.
   * `group-replication` needs `SELECT ON performance_schema.replication_group_members`. `replication` needs `REPLICA MONITOR` on
   * MariaDB and `REPLICATION CLIENT` on MySQL. If the privilege is missing, a `warning` event says so once, and the pool uses the
   * `plain` probe. Default `auto`.
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
   * Milliseconds between two probes of a host that is suspect or down; at most `interval`.
   * Default: 500, or `health.interval` when that is less.
   */
  retryInterval: option(milliseconds(1), inWords('500, or health.interval when that is less')),
  /**
   * Milliseconds a probe may take, its connect included, before the host counts as down; half of that while statements wait for
   * answers of the host too. A host that answers statements meanwhile is busy, not down. Default 1000.
   */
  timeout: option(milliseconds(1), 1000),
  /** Milliseconds in which the share of a host that came back grows to its full size; 0 = at once. Default 10000. */
  slowStart: option(milliseconds(0), 10_000),
  /**
   * Milliseconds a replica may be behind its primary, which servers count in whole seconds; a replica further behind, or with
   * stopped replication, is used only when no better host is up; 0 = no limit. Default 30000.
   */
  maxReplicaLag: option(milliseconds(0), 30_000),
  /**
   * Write sets that may wait on a Galera node to be applied (`wsrep_local_recv_queue`); a node with more is used only when no
   * better host is up, until its queue is down to half of the limit; 0 = no limit. Default 1000.
   */
  maxReceiveQueue: option(wholeNumber(0), 1000),
  /** Use a Galera node that is a donor or desynced like any other node. Default false: only when no better host is up. */
  useDonors: option(flag(), false),
}

/** The options of the health checks of hosts. */
export interface HealthOptions extends OptionsOf<typeof healthTable> {}

/** The checked options, with the fixed defaults filled in. */
export interface HealthValues extends ValuesOf<typeof healthTable> {}
