import { chownSync, writeFileSync } from 'node:fs'
import type { AddressBlock } from '../address-block.js'
import type { LaunchCommand } from '../local-server.js'
import { layOutMySql, mySqlCommand, provideMySql } from '../mysql/mysql-installation.js'
import { layOut } from '../node-files.js'
import { findInstallation, findSetpriv, type ServerInstallation } from '../server-installation.js'
import { provideTemplate } from '../template.js'
import { type Dialect, MARIADB, MYSQL } from './dialect.js'
import { mariaDbConfig, mySqlSettings, type ReplicationConfig, type StartConfig } from './replication-config.js'

export type ReplicationKind = 'mariadb' | 'mysql'

/** How servers of a kind are made, started and spoken to. */
export interface KindOfServer {
  readonly dialect: Dialect
  readonly server: (config: ReplicationConfig) => {
    readonly command: (config: StartConfig) => LaunchCommand
    readonly layOut: () => Promise<void>
  }
}

export interface WantedKind {
  readonly kind: ReplicationKind
  /** The MariaDB to run; default the one that this machine has installed. */
  readonly installation: ServerInstallation | undefined
  readonly block: AddressBlock
  readonly onProgress: (line: string) => void
  readonly signal: AbortSignal | undefined
}

/** Finds the servers' programs, and the data that each of them begins with. @throws MySqlUnavailable */
export function provideKind(wanted: WantedKind): Promise<KindOfServer> {
  return wanted.kind === 'mariadb' ? provideMariaDb(wanted) : provideMySqlServers(wanted.onProgress, wanted.signal)
}

async function provideMariaDb({
  installation = findInstallation(),
  block,
  onProgress,
  signal,
}: WantedKind): Promise<KindOfServer> {
  const { account, setpriv, server: program } = installation
  const template = await provideTemplate(installation, block, onProgress, signal)
  return {
    dialect: MARIADB,
    server: (config) => {
      const { files } = config
      return {
        command: ({ readOnly, serverId }) => ({
          account,
          setpriv,
          program,
          args: [`--defaults-file=${files.config}`, `--server-id=${serverId}`, `--read-only=${onOff(readOnly)}`],
        }),
        async layOut() {
          await layOut(files, template, account)
          writeFileSync(files.config, mariaDbConfig(config), { mode: 0o640 })
          if (account) chownSync(files.config, account.uid, account.gid)
        },
      }
    },
  }
}

async function provideMySqlServers(
  onProgress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<KindOfServer> {
  const installation = await provideMySql(onProgress, signal)
  const setpriv = findSetpriv()
  return {
    dialect: MYSQL,
    server: (config) => {
      const settings = mySqlSettings(config)
      return {
        command: ({ readOnly, serverId }) => {
          const own = [`--server-id=${serverId}`, `--super-read-only=${onOff(readOnly)}`]
          return mySqlCommand(installation, [...settings, ...own], setpriv)
        },
        layOut: () => layOutMySql(installation, config.files),
      }
    },
  }
}

function onOff(on: boolean): string {
  return on ? 'ON' : 'OFF'
}
