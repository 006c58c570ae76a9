/** What an error is counted as: its code, else its number, else its name. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && typeof error.code === 'string') return error.code
  if ('errno' in error && typeof error.errno === 'number') return String(error.errno)
  return error.name
}
