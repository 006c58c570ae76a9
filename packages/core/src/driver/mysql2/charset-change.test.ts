import { describe, expect, it } from 'vitest'

import { mayChangeCharset } from './charset-change.js'

describe('a statement that may change the charset of its session', () => {
  it.each([
    'SET NAMES gbk',
    "set character set 'latin1'",
    'SET CHARSET latin1',
    'SET @@character_set_client = gbk',
    'SET @@local.character_set_client = 28',
    'SET @a = 1, NAMES gbk',
    '/* c */ SET NAMES gbk',
    '# c\nSET NAMES gbk',
    'SELECT 1; SET NAMES gbk',
    'BEGIN NOT ATOMIC SET NAMES gbk; END',
    "PREPARE s FROM 'SET NAMES gbk'",
    "EXECUTE IMMEDIATE 'SET @@character_set_client = gbk'",
    'PREPARE s FROM @sql',
    'EXECUTE IMMEDIATE @sql',
  ])('is %s', (sql) => {
    expect(mayChangeCharset(sql)).toBe(true)
  })

  it.each([
    'SELECT names, charset FROM t',
    'INSERT INTO names VALUES (1)',
    'SET @a = 1',
    "SET sql_mode = ''",
    "PREPARE s FROM 'SELECT 1'",
    'SELECT @a; SELECT 2',
    'CALL sets_names()',
    'COMMIT',
    '',
  ])('is not %s', (sql) => {
    expect(mayChangeCharset(sql)).toBe(false)
  })
})
