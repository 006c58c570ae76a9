export interface TypeScriptRow {
  readonly name: string
  readonly version: string
}

/** Every line of the compiler from the first that is supported on. */
export const TYPESCRIPTS: readonly TypeScriptRow[] = [
  '5.0',
  '5.1',
  '5.2',
  '5.3',
  '5.4',
  '5.5',
  '5.6',
  '5.7',
  '5.8',
  '5.9',
  '6.0',
  '7.0',
  'latest',
].map((version) => ({ name: `TypeScript ${version}`, version }))

/** How a program is compiled: where it lies, and the options that matter. Of several sets the first that the compiler knows. */
export interface ModuleMode {
  readonly name: string
  /** The `type` of the program's package.json. */
  readonly type: 'module' | 'commonjs'
  readonly options: readonly Readonly<Record<string, string | boolean>>[]
}

export const MODULE_MODES: readonly ModuleMode[] = [
  { name: 'node16, ES module', type: 'module', options: [{ module: 'node16', moduleResolution: 'node16' }] },
  { name: 'node16, CommonJS', type: 'commonjs', options: [{ module: 'node16', moduleResolution: 'node16' }] },
  { name: 'nodenext, ES module', type: 'module', options: [{ module: 'nodenext', moduleResolution: 'nodenext' }] },
  { name: 'nodenext, CommonJS', type: 'commonjs', options: [{ module: 'nodenext', moduleResolution: 'nodenext' }] },
  { name: 'bundler', type: 'module', options: [{ module: 'esnext', moduleResolution: 'bundler' }] },
  { name: 'commonjs', type: 'commonjs', options: commonjs(true) },
  { name: 'commonjs, no esModuleInterop', type: 'commonjs', options: commonjs(false) },
]

// Compilers up to 5 have `node10`, 6 has it with a word of farewell, and 7 has `bundler` alone.
function commonjs(esModuleInterop: boolean): ModuleMode['options'] {
  const shared = { module: 'commonjs', esModuleInterop }
  return [
    { ...shared, moduleResolution: 'node10' },
    { ...shared, moduleResolution: 'node10', ignoreDeprecations: '6.0' },
    { ...shared, moduleResolution: 'bundler' },
  ]
}
