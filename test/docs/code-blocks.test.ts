import { describe, expect, it } from 'vitest'

import { codeBlocks, programs } from './code-blocks.js'
import { compileErrors } from './compile.js'
import { pages } from './pages.js'

const blocksOf = (...code: readonly string[]) =>
  codeBlocks({ path: 'docs/page.md', text: code.map((each) => `Text.\n\n\`\`\`ts\n${each}\n\`\`\`\n`).join('\n') })

describe('a block of code', () => {
  it('is told with the page and the line where it begins, and with what its fence says', () => {
    const text = 'A.\n\n```ts run\nconst a = 1\n```\n\n```sh\nls\n```\n\n- B\n\n  ```ts\n  const b = 2\n  ```\n'
    expect(codeBlocks({ path: 'a.md', text })).toEqual([
      { path: 'a.md', line: 4, code: 'const a = 1\n', tags: ['run'] },
      { path: 'a.md', line: 14, code: 'const b = 2\n', tags: [] },
    ])
  })

  it('has the imports of the blocks above that it uses, and none of a name that it declares itself', () => {
    const [, use, declare] = programs(
      blocksOf("import { a, b as c, type T } from 'x'\nimport d from 'y'", 'c(d)', 'const d = c'),
    )
    expect(use?.source).toBe("import { b as c } from 'x'\nimport d from 'y'\nc(d)\n\nexport {}\n")
    expect(declare?.source).toBe("import { b as c } from 'x'\nconst d = c\n\nexport {}\n")
  })

  it('has what the blocks above export', () => {
    const [, use] = programs(blocksOf('export class A {}\nexport interface B {}', 'const a: A & B = new A()'))
    expect(use?.source).toBe(
      "import { A } from './docs-page-4.js'\nimport type { B } from './docs-page-4.js'\nconst a: A & B = new A()\n\nexport {}\n",
    )
  })
})

describe('the blocks of code in the README and in the docs', () => {
  const all = pages().flatMap((page) => programs(codeBlocks(page)))

  it('are found', () => {
    expect(all.length).toBeGreaterThan(20)
  })

  it('compile against the packages', { timeout: 60_000 }, async () => {
    expect(await compileErrors(all)).toEqual([])
  })
})
