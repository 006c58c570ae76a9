import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { contained } from './bundle.mjs'
import { must } from './child.mjs'
import { publishedPackages } from './published-packages.mjs'
import { packageManagerCommand } from './set-up.mjs'
import { root } from './workspace.mjs'

/** Packs every package as it is published, and writes a bill of materials (CycloneDX) beside each. Needs the build. */
export async function pack(into) {
  const directory = resolve(root, into)
  mkdirSync(directory, { recursive: true })
  const everyPackage = ['--recursive', '--filter', './packages/*']
  await packageManager(...everyPackage, 'pack', '--pack-destination', directory)
  const format = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6']
  const out = ['--split', '--out', join(directory, '%s-%v.cdx.json')]
  await packageManager(...everyPackage, 'sbom', ...format, '--prod', '--lockfile-only', ...out)
  for (const { folder, directory: from, manifest } of publishedPackages()) {
    const file = billFile(directory, folder, manifest.version)
    const bill = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, `${JSON.stringify(withContained(bill, folder, from), null, 2)}\n`)
  }
}

async function packageManager(...args) {
  const [program, all] = packageManagerCommand(...args)
  await must(program, all, { cwd: root, capture: true })
}

function billFile(directory, folder, version) {
  const name = readdirSync(directory).find((each) => each.endsWith(`${folder}-${version}.cdx.json`))
  if (name === undefined) throw new Error(`there is no bill of materials of ${folder} in ${directory}`)
  return join(directory, name)
}

/** What a package contains of others is no dependency that the package manager knows of. */
function withContained(bill, folder, directory) {
  const components = Object.keys(contained[folder] ?? {}).map((name) => {
    const path = join(directory, 'node_modules', name, 'package.json')
    const { version, description, license } = JSON.parse(readFileSync(path, 'utf8'))
    const purl = `pkg:npm/${name}@${version}`
    const properties = [{ name: 'bundled', value: 'true' }]
    const licenses = [{ license: { id: license } }]
    return { type: 'library', name, version, purl, 'bom-ref': purl, description, licenses, properties }
  })
  const own = bill.metadata.component['bom-ref']
  const dependencies = bill.dependencies.map((each) =>
    each.ref === own
      ? { ...each, dependsOn: [...(each.dependsOn ?? []), ...components.map(({ purl }) => purl)] }
      : each,
  )
  return { ...bill, components: [...bill.components, ...components], dependencies }
}
