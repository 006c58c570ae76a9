import type { Values } from './facts.js'

/** Whether a switch is on. Servers write `ON`, `1` and `YES`, and some switches have further names for ways to be on. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && !/^(?:|0|OFF|NO|FALSE|NONE|DISABLED)$/i.test(value)
}

/** The number that a variable holds; undefined for a missing variable, and for one that holds no number. */
export function numberOf(values: Values, name: string): number | undefined {
  const text = values.get(name)
  return text === undefined || text.trim() === '' || !Number.isFinite(Number(text)) ? undefined : Number(text)
}

/** One setting of Galera's provider. All of its settings are in one variable: `evs.suspect_timeout = PT5S; …`. */
export function providerOption(variables: Values, name: string): string | undefined {
  for (const entry of (variables.get('wsrep_provider_options') ?? '').split(';')) {
    const [key, value] = entry.split('=')
    if (key?.trim() === name) return value?.trim()
  }
  return undefined
}

/** Milliseconds of a period as Galera writes it: `PT5S`, `PT1M30S`, `PT0.5S`. */
export function galeraPeriod(text: string | undefined): number | undefined {
  const match = /^PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?$/i.exec(text ?? '')
  if (match === null) return undefined
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0))
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}

export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`
}

export function isMariaDb(version: string): boolean {
  return /mariadb/i.test(version)
}

/** `app@%` as GRANT takes it. The name of a user may have an `@` in it; the name of a host has none. */
export function quotedAccount(account: string): string {
  const at = account.lastIndexOf('@')
  const [user, host] = at === -1 ? [account, '%'] : [account.slice(0, at), account.slice(at + 1)]
  return `${quotedText(user)}@${quotedText(host)}`
}

export function quotedText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}

export function quotedName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

/** The first entries, and the number of those left out. */
export function listOf(entries: readonly string[], most = 5): string {
  const shown = entries.slice(0, most).join(', ')
  return entries.length > most ? `${shown} and ${entries.length - most} more` : shown
}
