import { expect, test } from 'vitest'
import { inOwnTurn } from './own-turn.js'

test('requests that begin together run in turns of their own', async () => {
  const turns: number[] = []
  let turn = 0
  const request = async (): Promise<void> => {
    turns.push(turn)
    // Runs before the event loop goes on, as what joins the requests of one turn does.
    process.nextTick(() => (turn += 1))
  }
  await Promise.all(Array.from({ length: 16 }, () => inOwnTurn(request)))
  expect(turns).toEqual(Array.from({ length: 16 }, (_, index) => index))
})
