import type { Limits } from '../health/probe-result.js'

/** For tests to start from. */
export const NO_LIMITS: Limits = { maxReplicaLag: 0, maxReceiveQueue: 0, useDonors: false }
