/** A table `series` whose column `n` has the numbers from 1 on, to be put before a SELECT. */
export function series(last: number): string {
  return `WITH RECURSIVE digit (d) AS (SELECT 0 UNION ALL SELECT d + 1 FROM digit WHERE d < 9),
    series (n) AS (
      SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d
      FROM digit a, digit b, digit c, digit e, digit f
      WHERE a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d < ${last}
    )`
}
