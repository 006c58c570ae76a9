import type { Limits } from '../health/probe-result.js'

/** The limits of a probe, all of them off. */
export const NO_LIMITS: Limits = { maxReplicaLag: 0, maxReceiveQueue: 0, useDonors: false }
