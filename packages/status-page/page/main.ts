import type { PageMessage } from '../src/page-message.js'
import { arrange, setAttribute, setText } from './dom.js'
import { PoolSection } from './pool-section.js'

/** Milliseconds after which the page asks again for a stream that was refused. */
const AGAIN = 5_000
/** Milliseconds without a message after which the page calls itself old. A message comes each second. */
const SILENCE = 4_000
/**
 * Milliseconds for which a sentence has to stay before a screen reader reads it: one fault changes the sentence several times.
 */
const SETTLING = 1_500

let sections: readonly PoolSection[] = []
let names = ''
const title = document.title
let told = ''
let telling: number | undefined
let heardAt = 0
let source: EventSource | undefined

function show({ pools, first, now }: PageMessage): void {
  // After a restart the application may have other pools.
  const shown = JSON.stringify(pools.map(({ name }) => name))
  if (shown !== names) sections = pools.map(({ name }, index) => new PoolSection(name, index))
  names = shown
  // The sections are put into the page before they are filled, since a chart takes its width from its place.
  arrange(
    byId('pools'),
    sections.map(({ element }) => element),
  )
  for (const [index, view] of pools.entries()) sections[index]?.update(view, first, now)
  const wrong = pools.filter(({ sentence }) => sentence.level === 'problem' || sentence.level === 'warning')
  document.title = wrong.length === 0 ? title : `(!) ${title}`
  announce(pools.map(({ name, sentence }) => (pools.length > 1 ? `${name}: ` : '') + sentence.announcement).join(' '))
}

/** Has a screen reader read a text, once for each text. */
function announce(text: string): void {
  if (text === told) return
  told = text
  clearTimeout(telling)
  telling = setTimeout(() => setText(byId('news'), text), SETTLING)
}

function say(state: 'live' | 'lost', words: string): void {
  const element = byId('connection')
  setAttribute(element, 'data-state', state)
  setAttribute(document.body, 'data-state', state)
  setText(element, words)
}

function listen(): void {
  source?.close()
  const own = new EventSource('?file=events')
  source = own
  own.addEventListener('message', ({ data }: MessageEvent<string>) => {
    heardAt = performance.now()
    show(JSON.parse(data) as PageMessage)
    say('live', 'Live')
  })
  own.addEventListener('error', () => {
    // After a network failure, or the end of a stream, the browser asks again by itself.
    if (own.readyState === EventSource.CLOSED && own === source) setTimeout(listen, AGAIN)
  })
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no ${id}`)
  return element
}

setInterval(() => {
  if (performance.now() - heardAt > SILENCE) {
    say('lost', 'No word from the application: what is shown may be old. Asking again …')
  }
}, 1_000)
listen()
