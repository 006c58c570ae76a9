/** @param version - as the handshake has it, without MariaDB's prefix for old clients */
export function isMariaDb(version: string): boolean {
  return /mariadb/i.test(version)
}

export function isAtLeast(version: string, least: readonly [number, number, number]): boolean {
  const parts = version.split(/\D+/).map(Number)
  for (const [index, wanted] of least.entries()) {
    const part = parts[index] ?? 0
    if (part !== wanted) return part > wanted
  }
  return true
}
