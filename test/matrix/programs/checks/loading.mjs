// Every package is loaded as an ES module and as CommonJS, and both have the same exports.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

export default async function loading({ packages }) {
  for (const name of packages) {
    const module = await import(name)
    const names = Object.keys(module).filter((key) => key !== 'default' && key !== 'module.exports')
    assert.ok(names.length > 0, `${name} exports nothing`)
    const exported = require(name)
    for (const each of names) assert.equal(typeof exported[each], typeof module[each], `${name}: ${each}`)
  }
}
