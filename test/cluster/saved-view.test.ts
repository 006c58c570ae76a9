import { expect, test } from 'vitest'
import { lastMembership, savedViewNumber } from './saved-view.js'

const view = (number: number) =>
  `my_uuid: a\n#vwbeg\nview_id: 3 9ddae0c8-e679-11f1-b999-ba3bd3680592 ${number}\nbootstrap: 0\nmember: a 0\n#vwend\n`

test('the number of the membership is read from the saved view', () => {
  expect(savedViewNumber(view(17))).toBe(17)
  expect(savedViewNumber('')).toBeUndefined()
})

test('those with the latest membership were together last', () => {
  expect(lastMembership([view(5), view(5), view(5)])).toEqual([0, 1, 2])
  expect(lastMembership([view(5), view(6), view(6)])).toEqual([1, 2])
  expect(lastMembership(['', view(6), ''])).toEqual([1])
  expect(lastMembership(['', '', ''])).toEqual([])
})
