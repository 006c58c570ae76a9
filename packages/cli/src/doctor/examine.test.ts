import { afterEach, describe, expect, it } from 'vitest'

import { Listener } from '../testing/listener.js'
import { examine } from './examine.js'

const listeners: Listener[] = []

async function listen(...greet: Parameters<typeof Listener.open>): Promise<string> {
  const listener = await Listener.open(...greet)
  listeners.push(listener)
  return listener.address
}

async function refusing(): Promise<string> {
  const listener = await Listener.open()
  await listener.close()
  return listener.address
}

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()))
})

describe('an examination', () => {
  it('ends in time though a host never answers, and tells hosts apart', async () => {
    const [silent, refused, broken] = [
      await listen(),
      await refusing(),
      await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    ]
    const begin = performance.now()
    const { fitness, findings } = await examine(`mysql://app:secret@${silent},${refused},${broken}/shop`, {
      timeout: 200,
    })
    expect(performance.now() - begin).toBeLessThan(4_000)
    expect(fitness).toBe('unfit')
    const problemOf = (host: string) => findings.find(({ hosts }) => hosts.includes(host))?.problem
    expect(problemOf(silent)).toBe('The host gave no answer within 200 ms.')
    expect(problemOf(refused)).toContain('no server listens there')
    expect(problemOf(broken)).toContain('lets no session in')
  })

  it('of a name that is not known says so', async () => {
    const { findings } = await examine('mysql://app:secret@nowhere.invalid/shop', { timeout: 2_000 })
    expect(findings).toMatchObject([{ check: 'reachability', level: 'error', hosts: ['nowhere.invalid:3306'] }])
  })

  it('of a configuration that is refused is unfit, and asks no host', async () => {
    const { fitness, findings, hosts } = await examine('mysql://app:hunter2-secret@db1/shop?conectionLimit=3')
    expect({ fitness, hosts }).toEqual({ fitness: 'unfit', hosts: [] })
    expect(findings).toMatchObject([
      { check: 'configuration', problem: expect.stringContaining('connectionLimit') as string },
    ])
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })

  it('shows no password, though a host sends it back', async () => {
    const password = 'pass word/äöü'
    const echo = await listen((socket) => {
      const text = `#28000you sent ${password}, ${encodeURIComponent(password)}`
      // The server's error 1045, in place of its greeting.
      const body = Buffer.from([0xff, 0x15, 0x04, ...Buffer.from(text)])
      socket.write(Buffer.from([body.length, 0, 0, 0, ...body]))
    })
    const examination = await examine(`mysql://app:${encodeURIComponent(password)}@${echo}/shop`, { timeout: 500 })
    const text = JSON.stringify(examination)
    expect(text).toContain('you sent ***')
    expect(text).not.toContain(password)
    expect(text).not.toContain(encodeURIComponent(password))
  })

  it('leaves out the checks that are not wanted', async () => {
    const address = await refusing()
    const examination = await examine(`mysql://app@${address}/shop`, { timeout: 500, ignore: ['reachability'] })
    // No host was looked at: whatever is left out, that is not fit.
    expect(examination).toMatchObject({ fitness: 'unfit', findings: [] })
    expect(examination.checks).not.toContain('reachability')
  })
})
