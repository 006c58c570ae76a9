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
  [
    'bodies between other delimiters',
    'SELECT 1;\nDELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  SELECT 1; SELECT 2;\nEND//\n  delimiter ;\nSELECT 3;',
    ['SELECT 1', 'CREATE PROCEDURE p()\nBEGIN\n  SELECT 1; SELECT 2;\nEND', 'SELECT 3'],
  ],
  [
    'a delimiter in a string',
    "DELIMITER $$\nSELECT '$$'; SELECT 2$$\nDELIMITER ;\nSELECT 3",
    ["SELECT '$$'; SELECT 2", 'SELECT 3'],
  ],
  ['a column called delimiter', 'SELECT\ndelimiter x FROM t; SELECT 2', ['SELECT\ndelimiter x FROM t', 'SELECT 2']],
  [
    'lines that end as on Windows',
    'DELIMITER //\r\nSELECT 1; //\r\nDELIMITER ;\r\nSELECT 2;',
    ['SELECT 1;', 'SELECT 2'],
  ],
  ['a quotation that nobody closes', "SELECT 'a; SELECT 2", ["SELECT 'a", 'SELECT 2']],
])('%s', (_, script, statements) => {
  expect(splitScript(script)).toEqual(statements)
})

test('a long script takes a moment', () => {
  const script = "INSERT INTO t VALUES (1, 'it''s; x', 2);\n".repeat(20_000)
  expect(splitScript(script)).toHaveLength(20_000)
})
