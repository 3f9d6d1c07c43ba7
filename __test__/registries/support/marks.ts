import type { Exchange } from '../../../testing/registry'

/** Texts that a user would not like to find in a log; those that are sent in a header have only what a header may have. */
export const MARKS = {
  password: 'marked-password/7f+3a="ü" \\9',
  identityToken: 'marked-identity+token/51c2==',
  token: 'marked-token-90be',
  issued: 'marked-issued-token-e1d4',
  signature: 'marked-signature-c03f',
  githubToken: 'marked-github-token-4b6d',
  proxyPassword: 'marked-proxy-password-2a97',
  sourcePassword: 'marked-source-password-8e15',
} as const

const USER = 'alice'
export const LOGIN = { username: USER, password: MARKS.password }

/** Every way in which a mark may be written. */
const FORMS = Object.values(MARKS).flatMap((mark) => [
  mark,
  encodeURIComponent(mark),
  new URLSearchParams([['', mark]]).toString().slice(1),
  JSON.stringify(mark).slice(1, -1),
  ...[mark, `${USER}:${mark}`].flatMap((text) => {
    const bytes = Buffer.from(text)
    return [bytes.toString('base64'), bytes.toString('base64url')]
  }),
])

/** The marks in some texts, in whatever form. */
export function marksIn(texts: string[]): string[] {
  return FORMS.filter((form) => texts.some((text) => text.includes(form)))
}

/** All texts that hang on a value: of an error its message, stack, cause and fields, shown or not. */
export function textsOf(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const record = value as Record<string, unknown>
  return Object.getOwnPropertyNames(value).flatMap((key) => [key, ...textsOf(record[key], seen)])
}

/** Whether something was sent that has a mark in it. */
export function wasSent(exchanges: Exchange[], mark: string): boolean {
  const forms = [mark, `${USER}:${mark}`].map((text) => Buffer.from(text).toString('base64'))
  forms.push(mark, new URLSearchParams([['', mark]]).toString().slice(1))
  return exchanges.some(({ request: { url, headers, body } }) =>
    forms.some((form) => `${url} ${JSON.stringify(headers)} ${body}`.includes(form)),
  )
}
