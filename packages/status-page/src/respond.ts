import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { PageFile } from './page-files.js'

/**
 * The policy allows the page's own files alone: no script or style inside of the page, no other origin, no frame around the page.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The headers of every answer. */
const COMMON_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const

/**
 * Headers of middleware that lets other origins read the application's answers (CORS). They are removed: this page is not meant.
 */
const OF_OTHER_ORIGINS = ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials']

/** Begins an answer. */
export function beginAnswer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
): void {
  for (const name of OF_OTHER_ORIGINS) response.removeHeader(name)
  response.writeHead(status, { ...COMMON_HEADERS, ...headers })
}

export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers with a whole text. A HEAD request gets the headers alone. */
export function respond(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status, type, body, headers } = answer
  const bytes = Buffer.from(body)
  beginAnswer(response, status, {
    'Content-Type': `${type}; charset=utf-8`,
    'Content-Length': bytes.length,
    ...headers,
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

/** Answers with a file of the page; or with status 304, where the browser has the same file. */
export function respondFile(request: IncomingMessage, response: ServerResponse, { type, text }: PageFile): void {
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  const headers = { 'Cache-Control': 'no-cache', ETag: tag }
  if (request.headers['if-none-match']?.includes(tag) === true) {
    beginAnswer(response, 304, headers)
    response.end()
  } else respond(request, response, { status: 200, type, body: text, headers })
}
