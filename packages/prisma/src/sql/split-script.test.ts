import { expect, test } from 'vitest'

import { splitScript } from './split-script.js'

test.each([
  ['nothing', '', []],
  ['blanks and comments', ' ; -- a;b\n ; /* c;d */ ; # e;f\n', []],
  ['one without a semicolon', 'SELECT 1', ['SELECT 1']],
  ['two', 'SELECT 1;\nSELECT 2;\n', ['SELECT 1', 'SELECT 2']],
  [
    'strings',
    `INSERT INTO t VALUES ('a;b', "c;d", 'it''s;', 'a\\';b');SELECT 1`,
    [`INSERT INTO t VALUES ('a;b', "c;d", 'it''s;', 'a\\';b')`, 'SELECT 1'],
  ],
  ['names', 'CREATE TABLE `a;b``c;` (`x` INT); SELECT 1', ['CREATE TABLE `a;b``c;` (`x` INT)', 'SELECT 1']],
  [
    'comments inside a statement stay',
    'SELECT /* ; */ 1 -- ;\n, 2; SELECT 3',
    ['SELECT /* ; */ 1 -- ;\n, 2', 'SELECT 3'],
  ],
  ['two hyphens that are no comment', 'SELECT 1--1; SELECT 2', ['SELECT 1--1', 'SELECT 2']],
  [
    'a comment that the server runs',
    '/*!40101 SET NAMES utf8mb4 */; /*M! SET @a=1 */',
    ['/*!40101 SET NAMES utf8mb4 */', '/*M! SET @a=1 */'],
  ],
])('%s', (_, script, statements) => {
  expect(splitScript(script)).toEqual(statements)
})
