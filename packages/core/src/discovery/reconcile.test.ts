import { describe, expect, it } from 'vitest'

import { type KnownHost, reconcile } from './reconcile.js'

const configured = (address: string, member?: string): KnownHost => ({
  name: address,
  origin: 'configured',
  address,
  member,
})
const discovered = (address: string, member = address): KnownHost => ({
  ...configured(address, member),
  origin: 'discovered',
})
const member = (name: string, address = name) => ({ member: name, address })

describe('a pool and its cluster', () => {
  it('agree when every member is a host', () => {
    const known = [configured('a:1'), discovered('b:1')]
    expect(reconcile(known, [member('a:1'), member('b:1')])).toEqual({ add: [], missing: [], doubles: [] })
  })

  it('differ by a member that is no host yet', () => {
    expect(reconcile([configured('a:1')], [member('a:1'), member('b:1')]).add).toEqual([member('b:1')])
  })

  it('take one member once, however often it is listed', () => {
    expect(reconcile([], [member('b:1'), member('b:1'), member('c:1', 'b:1')]).add).toEqual([member('b:1')])
  })

  it('miss a discovered host that is not listed, and never a configured one', () => {
    expect(reconcile([configured('a:1'), discovered('b:1')], [member('c:1')]).missing).toEqual(['b:1'])
  })

  it('know a host that goes by another address in its cluster', () => {
    expect(reconcile([configured('db1:1', '10.0.0.1:1')], [member('10.0.0.1:1')]).add).toEqual([])
  })

  it('know a member by the address that it was mapped to', () => {
    expect(reconcile([configured('proxy:1')], [member('10.0.0.1:1', 'proxy:1')]).add).toEqual([])
  })

  it('see that a discovered host is a configured one under another address', () => {
    const known = [discovered('10.0.0.1:1'), configured('db1:1', '10.0.0.1:1')]
    expect(reconcile(known, [member('10.0.0.1:1')])).toEqual({ add: [], missing: [], doubles: ['10.0.0.1:1'] })
  })

  it('keep the first of two discovered hosts that are one member', () => {
    const known = [discovered('x:1', 'm:1'), discovered('y:1', 'm:1')]
    expect(reconcile(known, [member('m:1', 'x:1')]).doubles).toEqual(['y:1'])
  })

  it('do not take two hosts for one when nobody knows who they are', () => {
    const known = [configured('a:1'), { ...discovered('b:1'), member: undefined }]
    expect(reconcile(known, []).doubles).toEqual([])
  })
})
