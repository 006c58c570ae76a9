import { readFileSync } from 'node:fs'

export interface PageFile {
  readonly type: string
  readonly text: string
}

/** The files of the page besides its HTML, by name. */
export interface PageFiles {
  readonly 'page.js': PageFile
  readonly 'page.css': PageFile
  readonly 'icon.svg': PageFile
}

let read: PageFiles | undefined

/** The files that the build makes of `page/`. In the published package their texts stand here, and no file is read. */
export function pageFiles(): PageFiles {
  read ??= {
    'page.js': { type: 'text/javascript', text: builtFile('page.js') },
    'page.css': { type: 'text/css', text: builtFile('page.css') },
    'icon.svg': { type: 'image/svg+xml', text: builtFile('icon.svg') },
  }
  return read
}

function builtFile(name: string): string {
  return readFileSync(new URL(`../page/dist/${name}`, import.meta.url), 'utf8')
}
