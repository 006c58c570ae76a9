import { describe, expect, it } from 'vitest'

import { ACCEPTED, type Allegiance, type Belonging, judgeBelonging, type Neighbour, STRANGER } from './belonging.js'

const X = 'the Galera cluster x'
const Y = 'the Galera cluster y'

function member(cluster: string, members?: string): Allegiance {
  return { is: 'member', cluster, view: { cluster, number: 5, members: members?.split('') } }
}

function neighbour(cluster: string, members?: string, more: Partial<Belonging> = {}, up = true): Neighbour {
  const view = { cluster, number: 5, members: members?.split(''), since: 0 }
  return { up, belonging: { cluster, apart: false, accepted: false, ...more }, view }
}

const none: Allegiance = { is: 'none', follows: false }
const replica: Allegiance = { is: 'none', follows: true }
const ofX: Belonging = { ...STRANGER, cluster: X }
const stranger: Neighbour = { up: true, belonging: STRANGER, view: undefined }

interface Row {
  readonly case: string
  readonly known?: Belonging
  readonly said: Allegiance
  readonly others?: readonly Neighbour[]
  readonly objection?: string
  readonly to?: 'everything' | 'writes'
}

describe('what a host was is not forgotten', () => {
  it.each<Row>([
    { case: 'a server on its own among such', said: none, others: [stranger] },
    { case: 'a member that is what it was', known: ofX, said: member(X, 'abc'), others: [neighbour(X, 'abc')] },
    { case: 'a member of which nothing was known', said: member(X, 'abc'), others: [neighbour(X, 'abc'), stranger] },
    { case: 'a member that does not say', known: ofX, said: { is: 'unknown' }, others: [neighbour(X, 'abc')] },
    {
      case: 'a replica that follows the cluster',
      said: replica,
      others: [neighbour(X)],
      objection: `it belongs to no cluster, and the other hosts to ${X}`,
      to: 'writes',
    },
    {
      case: 'a member that is of none now',
      known: ofX,
      said: none,
      others: [neighbour(X)],
      objection: `it belongs to no cluster, and it belonged to ${X}`,
      to: 'everything',
    },
    {
      case: 'a member that is a replica now',
      known: ofX,
      said: replica,
      objection: `it belongs to no cluster, and it belonged to ${X}`,
      to: 'everything',
    },
    {
      case: 'a member that is of none now, alone in its pool',
      known: ofX,
      said: none,
      objection: `it belongs to no cluster, and it belonged to ${X}`,
      to: 'everything',
    },
    {
      case: 'a server on its own among members',
      said: none,
      others: [stranger, neighbour(X)],
      objection: `it belongs to no cluster, and the other hosts to ${X}`,
      to: 'everything',
    },
    {
      case: 'a member of another cluster now',
      known: ofX,
      said: member(Y),
      objection: `it belongs to ${Y}, and it belonged to ${X}`,
      to: 'everything',
    },
    {
      case: 'a member of another cluster than the others',
      said: member(Y),
      others: [neighbour(X)],
      objection: `it belongs to ${Y}, and the other hosts to ${X}`,
      to: 'everything',
    },
    {
      case: 'the smaller of two components',
      known: ofX,
      said: member(X, 'c'),
      others: [neighbour(X, 'ab')],
      objection: 'it is in a primary component of its own, beside the one of the other hosts',
      to: 'everything',
    },
    { case: 'the larger of two components', known: ofX, said: member(X, 'ab'), others: [neighbour(X, 'c')] },
    { case: 'one of two equal components', known: ofX, said: member(X, 'ab'), others: [neighbour(X, 'cd')] },
    {
      case: 'the other of two equal components',
      known: ofX,
      said: member(X, 'cd'),
      others: [neighbour(X, 'ab')],
      objection: 'it is in a primary component of its own, beside the one of the other hosts',
      to: 'everything',
    },
    {
      case: 'the smaller, when the others are down',
      known: ofX,
      said: member(X, 'c'),
      others: [neighbour(X, 'ab', {}, false)],
    },
    {
      case: 'one that was apart, when the others are down',
      known: { ...ofX, apart: true },
      said: member(X, 'c'),
      others: [neighbour(X, 'ab', {}, false)],
      objection: 'it is in a primary component of its own, beside the one of the other hosts',
      to: 'everything',
    },
    {
      case: 'one that was apart and is back',
      known: { ...ofX, apart: true },
      said: member(X, 'abc'),
      others: [neighbour(X, 'abc')],
    },
    {
      case: 'beside one that is apart',
      known: ofX,
      said: member(X, 'a'),
      others: [neighbour(X, 'bcd', { apart: true })],
    },
    { case: 'members that cannot be told', known: ofX, said: member(X), others: [neighbour(X, 'ab')] },
    { case: 'accepted as a server on its own', known: ACCEPTED, said: none, others: [neighbour(X)] },
    { case: 'accepted as a member of another cluster', known: ACCEPTED, said: member(Y), others: [neighbour(X)] },
  ])('$case', ({ known = STRANGER, said, others = [], objection, to }) => {
    const judged = judgeBelonging(known, said, others)
    expect(judged.objection).toEqual(objection === undefined ? undefined : { to, why: objection })
  })

  it('is remembered from what it says while it is used', () => {
    expect(judgeBelonging(STRANGER, member(X, 'abc'), []).belonging).toEqual(ofX)
    expect(judgeBelonging(ofX, none, []).belonging).toEqual(ofX)
    expect(judgeBelonging(STRANGER, none, []).belonging).toEqual(STRANGER)
  })

  it('is what the operator accepted, until the host is one with the others again', () => {
    expect(judgeBelonging(ACCEPTED, none, [neighbour(X)]).belonging).toEqual(ACCEPTED)
    expect(judgeBelonging(ACCEPTED, member(Y, 'c'), [neighbour(X, 'ab')]).belonging).toMatchObject({ accepted: true })
    expect(judgeBelonging(ACCEPTED, member(X, 'abc'), [neighbour(X, 'abc')]).belonging).toEqual(ofX)
  })
})
