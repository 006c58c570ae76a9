import { startFakeServers } from './fake-server.js'
import type { FakeServerWays } from './fake-server.js'

process.once('message', (ways: FakeServerWays) => {
  void startFakeServers(ways).then((ports) => process.send?.(ports))
})
// Without its owner nobody needs it.
process.on('disconnect', () => process.exit())
