import { expect, test, vi } from 'vitest'
import { runLoad } from './load.js'
import { within } from './within.js'

test('requests are sent at their time, one after the other, and none is left out', async () => {
  const sent: { index: number; late: number }[] = []
  const due: number[] = []
  await runLoad({
    rate: 200,
    seconds: 0.2,
    signal: new AbortController().signal,
    send: (index, at) => {
      due.push(at)
      sent.push({ index, late: performance.now() - at })
    },
  })
  expect(sent.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index))
  expect(sent.every(({ late }) => late > -2)).toBe(true)
  expect((due.at(-1) ?? 0) - (due[0] ?? 0)).toBeCloseTo(195, 3)
})

test('what should have been sent during a pause is sent after it, with the time at which it was due', async () => {
  const late: number[] = []
  await runLoad({
    rate: 1000,
    seconds: 0.05,
    signal: new AbortController().signal,
    send: (index, due) => {
      if (index === 0) pause(30)
      late.push(performance.now() - due)
    },
  })
  expect(late).toHaveLength(50)
  expect(late[1]).toBeGreaterThan(20)
})

test('a load that is stopped sends no more', async () => {
  const stop = new AbortController()
  const send = vi.fn<(index: number) => void>((index) => {
    if (index === 3) stop.abort()
  })
  await runLoad({ rate: 1000, seconds: 60, signal: stop.signal, send }).catch(() => undefined)
  expect(send).toHaveBeenCalledTimes(4)
})

test('waiting ends with the thing awaited, its failure, the time or the signal', async () => {
  const never = new Promise<void>(() => {})
  await expect(within(Promise.resolve(), 60_000)).resolves.toBe(true)
  await expect(within(Promise.reject(new Error('broken')), 60_000)).rejects.toThrow('broken')
  await expect(within(never, 1)).resolves.toBe(false)
  await expect(within(never, 60_000, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
})

function pause(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}
