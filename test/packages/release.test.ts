import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'

import { FOLDERS, manifestIn, root, unpacked } from './setup/packages.js'

const run = promisify(execFile)
const { version } = manifestIn(join(root, 'packages', 'core'))

interface Bill {
  readonly bomFormat: string
  readonly specVersion: string
  readonly metadata: { readonly component: { readonly 'bom-ref': string } }
  readonly components: readonly { readonly purl: string; readonly name: string; readonly licenses?: unknown }[]
}

describe.each(FOLDERS)('the bill of materials of %s', (folder) => {
  const file = join(inject('packed'), `mysql-hostpool-${folder}-${version}.cdx.json`)
  const bill = JSON.parse(readFileSync(file, 'utf8')) as Bill

  it('is one of this package, by CycloneDX', () => {
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' })
    expect(bill.metadata.component['bom-ref']).toBe(`pkg:npm/%40mysql-hostpool/${folder}@${version}`)
  })

  it('names what the package asks for', () => {
    const purls = bill.components.map(({ purl }) => decodeURIComponent(purl))
    const asked = Object.keys(manifestIn(unpacked(folder)).dependencies ?? {})
    expect(asked.filter((name) => !purls.some((purl) => purl.startsWith(`pkg:npm/${name}@`)))).toEqual([])
  })
})

it('what a package contains of others is in its bill of materials, with the version and the license', () => {
  for (const [folder, names] of Object.entries({ core: ['leven', 'zod'], 'status-page': ['uplot'] })) {
    const bill = JSON.parse(
      readFileSync(join(inject('packed'), `mysql-hostpool-${folder}-${version}.cdx.json`), 'utf8'),
    ) as Bill
    for (const name of names) {
      const found = bill.components.find((component) => component.name === name)
      expect(found?.purl).toMatch(new RegExp(`^pkg:npm/${name}@\\d+\\.\\d+\\.\\d+$`))
      expect(found?.licenses).toEqual([{ license: { id: 'MIT' } }])
    }
  }
})

it('no file names the host of a registry: that is for the settings of the machine', async () => {
  const hosts = ['registry.npmjs', 'registry.yarnpkg', 'npm.pkg.github', 'registry.npmmirror']
  const patterns = hosts.flatMap((host) => ['-e', host.replace('.', String.raw`\.`)])
  const { stdout } = await run('git', ['grep', '--cached', '--name-only', ...patterns, '--', ':!test/packages'], {
    cwd: root,
  }).catch((error: unknown) => {
    // The status of git when it finds nothing.
    if (error instanceof Error && 'code' in error && error.code === 1) return { stdout: '' }
    throw error
  })
  expect(stdout).toBe('')
})

it('npm would publish every package', async () => {
  const { stdout } = await run(process.execPath, ['scripts/run.mjs', 'publish', inject('packed'), '--dry-run'], {
    cwd: root,
  })
  for (const folder of FOLDERS) expect(stdout).toContain(`@mysql-hostpool/${folder}@${version} would be published`)
})

describe('the version that changesets ask for', () => {
  it.each([
    ['patch', 'core'],
    ['minor', 'core'],
    ['minor', 'nestjs'],
    ['major', 'typeorm'],
  ] as const)('is the same for all packages: a %s change of %s is one of every package', async (kind, folder) => {
    const next = await versionAfter(kind, folder)
    expect(new Set(Object.values(next.versions))).toEqual(new Set([raised(version, kind)]))
    const siblings = Object.values(next.ranges)
    expect(new Set(siblings)).toEqual(new Set([`^${raised(version, kind)}`]))
  })

  it('is entered in the changelog, with the texts of the changesets under their headings', async () => {
    const { changelog } = await versionAfter('minor', 'core')
    const [, unreleased = '', released = ''] = changelog.split(/^## .*$/m)
    expect(unreleased.trim()).toBe('')
    expect(changelog).toContain(`\n## Unreleased\n\n## ${raised(version, 'minor')}\n`)
    const [, added = ''] = /^### Added\n([^]*?)^### /m.exec(released) ?? []
    expect(added.trimEnd().endsWith('\n- A thing.')).toBe(true)
    expect(released).toContain(readFileSync(join(root, 'CHANGELOG.md'), 'utf8').match(/^- .*$/m)?.[0] ?? 'a line')
  })
})

interface Versioned {
  readonly versions: Readonly<Record<string, string>>
  /** What the packages ask of each other. */
  readonly ranges: Readonly<Record<string, string>>
  readonly changelog: string
}

const versions = new Map<string, Promise<Versioned>>()

/** What `npm run version-packages` makes of a copy of the repository with one changeset. */
function versionAfter(kind: string, folder: string): Promise<Versioned> {
  const change = `${kind} ${folder}`
  const known = versions.get(change) ?? versionInACopy(kind, folder)
  versions.set(change, known)
  return known
}

async function versionInACopy(kind: string, folder: string): Promise<Versioned> {
  const copy = mkdtempSync(join(tmpdir(), 'hostpool-version-'))
  try {
    for (const name of [
      'package.json',
      'pnpm-workspace.yaml',
      'pnpm-lock.yaml',
      'CHANGELOG.md',
      '.changeset',
      'scripts',
    ]) {
      cpSync(join(root, name), join(copy, name), { recursive: true })
    }
    for (const each of FOLDERS) {
      mkdirSync(join(copy, 'packages', each), { recursive: true })
      cpSync(join(root, 'packages', each, 'package.json'), join(copy, 'packages', each, 'package.json'))
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    writeFileSync(
      join(copy, '.changeset', 'a-change.md'),
      `---\n'@mysql-hostpool/${folder}': ${kind}\n---\n\nAdded: A thing.\n`,
    )
    const git = (...args: readonly string[]): Promise<unknown> =>
      run('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], { cwd: copy })
    await git('init', '--quiet', '--initial-branch=main')
    await git('add', '--', '.changeset', 'packages', 'package.json')
    await git('commit', '--quiet', '--message=All')
    const program = `import('./scripts/version.mjs').then(({ versionPackages }) => versionPackages({ lock: false }))`
    await run(process.execPath, ['--eval', program], { cwd: copy })
    const manifests = FOLDERS.map((each) => [each, manifestIn(join(copy, 'packages', each))] as const)
    return {
      versions: Object.fromEntries(manifests.map(([each, manifest]) => [each, manifest.version])),
      ranges: Object.fromEntries(
        manifests.flatMap(([each, { dependencies = {}, peerDependencies = {} }]) =>
          Object.entries({ ...dependencies, ...peerDependencies })
            .filter(([name]) => name.startsWith('@mysql-hostpool/'))
            .map(([name, range]) => [`${each} → ${name}`, range] as const),
        ),
      ),
      changelog: readFileSync(join(copy, 'CHANGELOG.md'), 'utf8'),
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function raised(from: string, kind: 'major' | 'minor' | 'patch'): string {
  const [major = 0, minor = 0, patch = 0] = from.split('.').map(Number)
  if (kind === 'major') return `${major + 1}.0.0`
  return kind === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}
