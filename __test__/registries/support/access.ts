import { authorizationOf, type Received } from '../../../testing/registry'

/** Whether a request has a text in it, be it encoded. */
export function carries({ headers, url, body }: Received, text: string): boolean {
  const { value } = authorizationOf(headers.authorization)
  const decoded = Buffer.from(value, 'base64').toString()
  const sent = [JSON.stringify(headers), decodeURIComponent(url), decodeForm(body), decoded]
  return sent.some((part) => part.includes(text))
}

function decodeForm(body: string): string {
  return [...new URLSearchParams(body).values()].join(' ')
}
