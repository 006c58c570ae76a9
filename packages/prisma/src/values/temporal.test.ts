import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { dateFromServer, dateTimeFromServer, timeFromServer, toTemporalText } from './temporal.js'

describe('from the server', () => {
  test.each([
    ['2024-02-03 04:05:06', '2024-02-03T04:05:06Z', 0],
    ['2024-02-03 04:05:06.000000', '2024-02-03T04:05:06Z', 0],
    ['2024-02-03 04:05:06.7', '2024-02-03T04:05:06.700Z', 0],
    ['2024-02-03 04:05:06.789000', '2024-02-03T04:05:06.789Z', 0],
    ['2024-02-03 04:05:06.000001', '2024-02-03T04:05:06Z', 0.001],
    ['1969-12-31 23:59:59.999', '1969-12-31T23:59:59.999Z', 0],
    ['9999-12-31 23:59:59.999', '9999-12-31T23:59:59.999Z', 0],
    ['0000-01-01 00:00:00', '0000-01-01T00:00:00Z', 0],
  ])('%s reads %s and %s ms', (text, iso, fraction) => {
    expect(dateTimeFromServer(text, 'at')).toBe(Date.parse(iso) + fraction)
  })

  test.each([
    ['0099-12-31 23:59:59.999999', '0099-12-31T23:59:59.999999+00:00'],
    ['1969-12-31 23:59:59.999999', '1969-12-31T23:59:59.999999+00:00'],
    ['9999-12-31 23:59:59.999999', '9999-12-31T23:59:59.999999+00:00'],
  ])('%s, whose microseconds no number of milliseconds tells, stays text', (text, iso) => {
    expect(dateTimeFromServer(text, 'at')).toBe(iso)
    expect(new Date(iso).getTime()).toBe(Date.parse(`${iso.slice(0, 23)}Z`))
  })

  test('the year 99 is not 1999', () => {
    expect(new Date(dateTimeFromServer('0099-01-02 03:04:05', 'at')).getUTCFullYear()).toBe(99)
  })

  test.each(['0000-00-00 00:00:00', '2024-00-10 00:00:00', '2024-05-00 00:00:00.000'])(
    '%s is refused with the column and a remedy',
    (text) => {
      expect(() => dateTimeFromServer(text, 'created')).toThrow(
        expect.objectContaining({
          cause: expect.objectContaining({
            kind: 'InconsistentColumnData',
            cause: expect.stringMatching(/'created'.*does not exist.*NULLIF\(created/),
          }),
        }),
      )
    },
  )

  test('a zero DATE is refused, a real one passed on', () => {
    expect(() => dateFromServer('0000-00-00', 'born')).toThrow('InconsistentColumnData')
    expect(dateFromServer('2024-02-29', 'born')).toBe('2024-02-29')
  })

  test.each([
    ['00:00:00', '00:00:00', 0],
    ['23:59:59', '23:59:59', 0],
    ['12:34:56.789000', '12:34:56.789', 0],
    ['12:34:56.7', '12:34:56.700', 0],
    ['12:34:56.000', '12:34:56', 0],
    ['00:00:01.000002', '00:00:01', 0.002],
  ])('the TIME %s is %s on the first day of 1970, and %s ms', (text, time, fraction) => {
    expect(timeFromServer(text, 'at')).toBe(Date.parse(`1970-01-01T${time}Z`) + fraction)
  })

  test.each(['24:00:00', '-01:00:00', '838:59:59', '-838:59:59', '100:00:00.5'])(
    'the TIME %s is a duration and is refused',
    (text) => {
      expect(() => timeFromServer(text, 'took')).toThrow(
        expect.objectContaining({ cause: expect.objectContaining({ kind: 'InconsistentColumnData' }) }),
      )
    },
  )
})

describe('to the server', () => {
  test.each([
    ['2024-02-03T04:05:06.123456+00:00', 'DATETIME', '2024-02-03 04:05:06.123456'],
    ['2024-02-03T04:05:06.123456Z', 'TIME', '04:05:06.123456'],
    ['2024-02-03T04:05:06.100+02:00', 'DATETIME', '2024-02-03 02:05:06.100'],
    ['2024-02-03T04:05:06Z', 'DATE', '2024-02-03'],
    [new Date('0099-02-03T04:05:06.007Z'), 'TIMESTAMP', '0099-02-03 04:05:06.007'],
    [new Date('2024-02-03T04:05:06.000Z'), undefined, '2024-02-03 04:05:06'],
  ])('%s goes to a %s as %s', (value, dbType, text) => {
    expect(toTemporalText(value, dbType)).toBe(text)
  })
})

test('what is sent and read back is the same moment', () => {
  const moment = fc.date({
    min: new Date('0000-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(moment, (date) => {
      const back = new Date(dateTimeFromServer(toTemporalText(date, 'DATETIME'), 'at'))
      expect(back.getTime()).toBe(date.getTime())
    }),
  )
})

test('a moment with microseconds comes back as it was read, and is the Date that its text is', () => {
  const millis = fc.integer({ min: 0, max: Date.parse('2248-01-01T00:00:00Z') })
  fc.assert(
    fc.property(millis, fc.integer({ min: 1, max: 999 }), (milliseconds, micros) => {
      const iso = new Date(milliseconds).toISOString()
      const text = `${iso.slice(0, 10)} ${iso.slice(11, 23)}${String(micros).padStart(3, '0')}`
      const read = dateTimeFromServer(text, 'at')
      expect(new Date(read).getTime()).toBe(milliseconds)
      expect(toTemporalText(read, 'DATETIME')).toBe(text.replace(/0+$/, ''))
      const time = timeFromServer(text.slice(11), 'at')
      expect(toTemporalText(time, 'TIME')).toBe(text.slice(11).replace(/0+$/, ''))
    }),
  )
})

test('equal moments from columns of different precision are equal', () => {
  const micros = fc.integer({ min: 0, max: 999 }).map((millis) => String(millis).padStart(3, '0'))
  fc.assert(
    fc.property(micros, (millis) => {
      const short = dateTimeFromServer(`2024-01-01 00:00:00.${millis}`, 'a')
      expect(dateTimeFromServer(`2024-01-01 00:00:00.${millis}000`, 'b')).toBe(short)
    }),
  )
})
