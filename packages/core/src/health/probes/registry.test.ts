import { expect, it } from 'vitest'

import { serverFacts } from '../server-facts.js'
import { detectProbe } from './registry.js'

const galera = { wsrep_on: 'ON', wsrep_provider: '/usr/lib/galera/libgalera_smm.so' }

it.each<[string, Readonly<Record<string, string>>, string]>([
  ['MariaDB with Galera', galera, 'galera'],
  [
    'MySQL with Galera, which may know wsrep_on in a session alone',
    { wsrep_provider: galera.wsrep_provider },
    'galera',
  ],
  ['MySQL with a Galera library that is not there', { wsrep_provider: '' }, 'replication'],
  ['MariaDB whose Galera is switched off', { ...galera, wsrep_on: 'OFF' }, 'replication'],
  ['MariaDB without a provider', { wsrep_on: 'ON', wsrep_provider: 'none' }, 'replication'],
  ['MySQL with a group', { group_replication_group_name: 'aaaaaaaa-1111-2222-3333-444444444444' }, 'group-replication'],
  ['MySQL with the plugin alone', { group_replication_group_name: '' }, 'replication'],
  ['any other server', {}, 'replication'],
])('%s is recognised', (_name, variables, kind) => {
  const answer = { columns: ['Variable_name', 'Value'], rows: Object.entries(variables) }
  expect(detectProbe(serverFacts('10.11.19-MariaDB', answer)).name).toBe(kind)
})
