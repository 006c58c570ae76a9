import { addressKey, addressName, parseAddress, parseHostName } from './host-address.js'
import type { HostConfig } from './pool-config.js'
import { hostSchema } from './nested-schemas.js'
import type { PoolValues } from './option-table/pool-options.js'
import { isPlainObject } from './plain-data.js'
import { pathText } from './problem.js'
import type { Checked, OptionPath, Problem } from './problem.js'

/**
 * Reads the list of hosts and fills in the defaults. The schema reports every problem of a single value. This function reports
 * wrong addresses, also of a host that the schema has refused, so that a wrong weight does not hide a wrong address.
 */
export function readHosts(given: unknown, values: PoolValues): Checked<readonly HostConfig[]> {
  if (values.socketPath !== undefined) return { value: [socketHost(values.socketPath, values)], problems: [] }
  if (given === undefined) return { value: [hostConfig({ host: 'localhost' }, 0, values)], problems: [] }
  // A blank string is one empty host, and not an empty list.
  const entries: unknown = typeof given === 'string' ? given.split(',') : given
  if (!Array.isArray(entries)) return { value: [], problems: [] }
  if (entries.length === 0) {
    return { value: [], problems: [{ path: ['host'], message: 'has no entry; leave it out for localhost' }] }
  }
  const read = entries.map((entry: unknown, index) => readHost(entry, index, values))
  const hosts = read.flatMap(({ value }) => (value === undefined ? [] : [value]))
  const problems = [...read.flatMap((host) => host.problems), ...duplicates(read.map(({ value }) => value))]
  if (hosts.length === entries.length && hosts.every(({ weight }) => weight === 0)) {
    problems.push({ path: ['host'], message: 'every host has weight 0; give at least one a weight above 0' })
  }
  return { value: hosts, problems }
}

function readHost(entry: unknown, index: number, values: PoolValues): Checked<HostConfig | undefined> {
  if (typeof entry === 'string') {
    const address = parseAddress(entry)
    if ('wrong' in address) return wrong(['host', index], address.wrong)
    return { value: hostConfig(address, index, values), problems: [] }
  }
  if (!isPlainObject(entry) || typeof entry['host'] !== 'string') return { value: undefined, problems: [] }
  const address = parseHostName(entry['host'])
  const rest = hostSchema.safeParse(entry)
  if ('wrong' in address) {
    // The schema reports an empty host.
    return entry['host'].trim() === ''
      ? { value: undefined, problems: [] }
      : wrong(['host', index, 'host'], address.wrong)
  }
  return {
    value: rest.success ? hostConfig({ ...rest.data, host: address.host }, index, values) : undefined,
    problems: [],
  }
}

function wrong(path: OptionPath, message: string): Checked<undefined> {
  return { value: undefined, problems: [{ path, message }] }
}

function hostConfig(
  given: { readonly host: string } & { readonly [K in keyof HostConfig]?: HostConfig[K] | undefined },
  index: number,
  values: PoolValues,
): HostConfig {
  const port = given.port ?? values.port
  return {
    name: addressName(given.host, port),
    host: given.host,
    port,
    weight: given.weight ?? 1,
    zone: given.zone,
    priority: given.priority ?? index,
    connectionLimit: given.connectionLimit ?? values.connectionLimit,
    servername: given.servername,
  }
}

function socketHost(path: string, values: PoolValues): HostConfig {
  return { ...hostConfig({ host: 'localhost' }, 0, values), name: path }
}

function duplicates(hosts: readonly (HostConfig | undefined)[]): Problem[] {
  const firstAt = new Map<string, number>()
  return hosts.flatMap((host, index) => {
    if (host === undefined) return []
    const key = addressKey(host.host, host.port)
    const first = firstAt.get(key)
    if (first === undefined) {
      firstAt.set(key, index)
      return []
    }
    const message = `${host.name} is the same host as ${pathText(['host', first])}; name each host once`
    return [{ path: ['host', index], message }]
  })
}
