import { describe, expect, it } from 'vitest'
import { judgeSuccession, type Relative, type ReplicationWord, type Source, UNHEARD } from './succession.js'

/** Hosts that speak one after the other, and remember. */
class Talk {
  readonly #hosts = new Map<string, { succession: typeof UNHEARD; takesWrites: boolean }>()
  #now = 0

  constructor(...names: readonly string[]) {
    for (const name of names) this.#hosts.set(name, { succession: UNHEARD, takesWrites: true })
  }

  /** What is to be said against a host that says this; by default servers are known by their addresses alone. */
  says(name: string, word: Partial<ReplicationWord>): string | undefined {
    const others: Relative[] = [...this.#hosts]
      .filter(([other]) => other !== name)
      .map(([other, of]) => ({ name: other, ...of }))
    const known = this.#hosts.get(name)?.succession ?? UNHEARD
    this.#now += 1
    const full = { self: {}, sources: [], writable: true, ...word }
    const { succession, objection } = judgeSuccession(name, known, full, others, this.#now)
    this.#hosts.set(name, { succession, takesWrites: full.writable && objection === undefined })
    return objection?.to
  }

  goesDown(name: string): void {
    const { succession } = this.#hosts.get(name) ?? { succession: UNHEARD }
    this.#hosts.set(name, { succession, takesWrites: false })
  }

  accept(name: string): void {
    this.#hosts.set(name, { succession: { ...UNHEARD, accepted: true }, takesWrites: false })
  }
}

const from = (address: string, stopped = false): Source => ({ address, stopped })
const replicaOf = (address: string) => ({ sources: [from(address)], writable: false })

/** The source a, with the replicas b and c. */
function inOrder(): Talk {
  const talk = new Talk('a', 'b', 'c')
  expect(talk.says('a', {})).toBeUndefined()
  expect(talk.says('b', replicaOf('a'))).toBeUndefined()
  expect(talk.says('c', replicaOf('a'))).toBeUndefined()
  return talk
}

/** After a died and b was promoted. */
function promoted(): Talk {
  const talk = inOrder()
  talk.goesDown('a')
  expect(talk.says('b', {})).toBeUndefined()
  return talk
}

describe('an old source that comes back', () => {
  it('is not used while the new one still names another server that it was pointed at, and never followed', () => {
    const talk = inOrder()
    for (let time = 0; time < 4; time += 1) expect(talk.says('b', { sources: [from('c', true)] })).toBeUndefined()
    expect(talk.says('a', {})).toBe('everything')
  })

  it('is not used for being told to follow the new one, while that is stopped and the new one is away', () => {
    const talk = promoted()
    talk.goesDown('b')
    expect(talk.says('a', { sources: [from('b', true)] })).toBe('everything')
  })

  it('is not used when it followed another server only before its place was taken', () => {
    const talk = new Talk('a', 'b', 'c')
    talk.says('c', {})
    expect(talk.says('a', replicaOf('c'))).toBeUndefined()
    expect(talk.says('b', replicaOf('a'))).toBeUndefined()
    talk.goesDown('a')
    talk.goesDown('c')
    expect(talk.says('b', {})).toBeUndefined()
    expect(talk.says('a', {})).toBe('everything')
  })

  it('takes its place again when it has followed the new one, and that is away', () => {
    const talk = promoted()
    expect(talk.says('a', replicaOf('b'))).toBeUndefined()
    talk.goesDown('b')
    expect(talk.says('a', {})).toBeUndefined()
    expect(talk.says('b', {})).toBe('everything')
  })

  it('is not used while it takes writes and follows no server', () => {
    expect(promoted().says('a', {})).toBe('everything')
  })

  it('is not used either when it never seemed to be away, for the promotion was the operator’s will', () => {
    const talk = inOrder()
    expect(talk.says('b', {})).toBeUndefined()
    expect(talk.says('a', {})).toBe('everything')
    expect(talk.says('b', {})).toBeUndefined()
  })

  it('is spared while it is read-only and follows no server', () => {
    expect(promoted().says('a', { writable: false })).toBe('writes and preference')
  })

  it('is a replica as any other once it follows', () => {
    const talk = promoted()
    expect(talk.says('a', {})).toBe('everything')
    expect(talk.says('a', replicaOf('b'))).toBeUndefined()
    expect(talk.says('c', replicaOf('b'))).toBeUndefined()
  })

  it('is no old source when its name leads to the new one by now', () => {
    const talk = new Talk('a', 'b')
    talk.says('a', { self: { uuid: 'one' } })
    talk.says('b', { self: { uuid: 'two' }, ...replicaOf('a') })
    talk.goesDown('a')
    talk.says('b', { self: { uuid: 'two' } })
    expect(talk.says('a', { self: { uuid: 'one' } })).toBe('everything')
    expect(talk.says('a', { self: { uuid: 'three' } })).toBe('everything')
    expect(talk.says('a', { self: { uuid: 'two' } })).toBeUndefined()
  })

  it('is used when the operator says so', () => {
    const talk = promoted()
    talk.accept('a')
    expect(talk.says('a', {})).toBeUndefined()
  })

  it('is not used after two promotions', () => {
    const talk = promoted()
    expect(talk.says('c', replicaOf('b'))).toBeUndefined()
    talk.goesDown('b')
    expect(talk.says('c', {})).toBeUndefined()
    expect(talk.says('a', {})).toBe('everything')
    expect(talk.says('b', {})).toBe('everything')
  })
})

describe('a planned switch', () => {
  it('leaves no objection, there and back', () => {
    const talk = inOrder()
    expect(talk.says('a', { writable: false })).toBeUndefined()
    expect(talk.says('b', { writable: false })).toBeUndefined()
    expect(talk.says('b', {})).toBeUndefined()
    expect(talk.says('a', { writable: false })).toBe('writes and preference')
    expect(talk.says('a', replicaOf('b'))).toBeUndefined()
    expect(talk.says('b', { writable: false })).toBeUndefined()
    expect(talk.says('a', {})).toBeUndefined()
    expect(talk.says('b', replicaOf('a'))).toBeUndefined()
  })

  it('leaves none when the way back was not seen', () => {
    const talk = inOrder()
    expect(talk.says('b', {})).toBeUndefined()
    expect(talk.says('a', {})).toBe('everything')
    expect(talk.says('b', replicaOf('a'))).toBeUndefined()
    expect(talk.says('a', {})).toBeUndefined()
  })
})

describe('a replica that is not read-only', () => {
  const open = (address: string, stopped = false) => ({ sources: [from(address, stopped)], writable: true })

  it('is not written to, whether its source is there or not', () => {
    const talk = inOrder()
    expect(talk.says('b', open('a'))).toBe('writes')
    talk.goesDown('a')
    expect(talk.says('b', open('a'))).toBe('writes')
  })

  it.each([
    ['stopped', open('a', true)],
    ['about to follow another one', {}],
  ])('is not promoted by being %s while its source takes writes', (_, word) => {
    const talk = inOrder()
    talk.says('b', open('a'))
    expect(talk.says('b', word)).toBe('writes and preference')
    expect(talk.says('a', {})).toBeUndefined()
  })

  it('is promoted by being stopped when its source is gone', () => {
    const talk = inOrder()
    talk.says('b', open('a'))
    talk.goesDown('a')
    expect(talk.says('b', open('a', true))).toBeUndefined()
    expect(talk.says('a', {})).toBe('everything')
  })

  it('is written to where the operator says so, and where its source is no host of the pool', () => {
    const talk = inOrder()
    talk.accept('b')
    expect(talk.says('b', open('elsewhere'))).toBeUndefined()
    expect(new Talk('a', 'b').says('b', open('elsewhere'))).toBeUndefined()
  })
})

it('a read-only replica whose replication is stopped, and which then takes writes, is promoted', () => {
  const talk = inOrder()
  expect(talk.says('b', { sources: [from('a', true)], writable: false })).toBeUndefined()
  expect(talk.says('b', { sources: [from('a', true)], writable: true })).toBeUndefined()
  expect(talk.says('a', {})).toBe('everything')
})

it('two that follow each other both take writes, also when one of them is gone', () => {
  const talk = new Talk('a', 'b')
  const word = (address: string) => ({ sources: [from(address)], writable: true })
  expect(talk.says('a', word('b'))).toBeUndefined()
  expect(talk.says('b', word('a'))).toBeUndefined()
  expect(talk.says('a', word('b'))).toBeUndefined()
  talk.goesDown('b')
  expect(talk.says('a', word('b'))).toBeUndefined()
})

it('servers that never followed each other all take writes', () => {
  const talk = new Talk('a', 'b')
  expect([talk.says('a', {}), talk.says('b', {}), talk.says('a', {})]).toEqual([undefined, undefined, undefined])
})

describe('a source is recognised', () => {
  it.each<[string, ReplicationWord['self'], Omit<Source, 'stopped'>]>([
    ['its UUID', { uuid: 'one', id: '1' }, { uuid: 'one', id: '1', address: '10.0.0.1:3306' }],
    ['its server id', { id: '7' }, { id: '7', address: '10.0.0.1:3306' }],
  ])('by %s where its address is another one inside', (_, self, source) => {
    const talk = new Talk('a', 'b')
    talk.says('a', { self })
    expect(talk.says('b', { self: { id: '2' }, sources: [{ ...source, stopped: false }] })).toBe('writes')
  })

  it('not by an id that several have, nor by the address of another UUID', () => {
    const talk = new Talk('a', 'b', 'c')
    talk.says('a', { self: { id: '1' } })
    talk.says('c', { self: { id: '1' } })
    expect(
      talk.says('b', { self: { id: '2' }, sources: [{ id: '1', address: 'x:1', stopped: false }] }),
    ).toBeUndefined()
    talk.says('a', { self: { uuid: 'one' } })
    expect(talk.says('b', { sources: [{ uuid: 'two', address: 'a', stopped: false }] })).toBeUndefined()
  })
})
