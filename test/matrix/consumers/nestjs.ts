import { getPoolToken, HostpoolModule } from '@mysql-hostpool/nestjs'
import type { HostpoolHealthIndicator, HostpoolModuleSettings } from '@mysql-hostpool/nestjs'
import type { DynamicModule } from '@nestjs/common'

const settings: HostpoolModuleSettings = { name: 'archive', isGlobal: false }
export const archive: DynamicModule = HostpoolModule.forRoot({ host: 'db1,db2' }, settings)
export const main: DynamicModule = HostpoolModule.forRootAsync({ useFactory: () => ({ host: 'db1,db2' }) })
export const token = getPoolToken('archive')

export function ready(health: HostpoolHealthIndicator): Promise<unknown> {
  return health.isReady('database', { access: 'write' })
}
