/** Milliseconds that something took: of this process's processor time, its threads included, and on the clock. */
export async function timed(run: () => Promise<unknown>): Promise<{ readonly cpu: number; readonly wall: number }> {
  const usage = process.cpuUsage()
  const begin = performance.now()
  await run()
  const wall = performance.now() - begin
  const { user, system } = process.cpuUsage(usage)
  return { cpu: (user + system) / 1000, wall }
}
