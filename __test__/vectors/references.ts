import fc from 'fast-check'
import { seldom } from './seldom'

const hosts = fc.oneof(
  fc.constantFrom(
    'docker.io',
    'index.docker.io',
    'registry-1.docker.io',
    'ghcr.io',
    'quay.io',
    'GHCR.io',
    'localhost',
    'localhost:5000',
    '127.0.0.1:5000',
    '[::1]:5000',
    'registry.gitlab.com',
    'nas:5000',
    'nas.lan',
  ),
  fc.stringMatching(/^[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,3})?\.[a-z]{2,3}(:[1-9][0-9]{1,3})?$/),
)

const components = fc.oneof(
  fc.constantFrom('library', 'nginx', 'kiwix', 'kiwix-serve', 'localhost', 'ollama', 'a', '0'),
  fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,3}){0,2}$/),
)

const tags = fc.oneof(
  fc.constantFrom(
    'latest',
    '1',
    '1.27',
    'v3.7.0',
    '2.0.0-rc.1',
    '8.2-alpine',
    'RELEASE.2024-05-28T17-19-04Z',
    '_',
    '5000',
  ),
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,11}$/),
)

const digests = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`) },
  { weight: 1, arbitrary: fc.constant(`sha512:${'0f'.repeat(64)}`) },
)

/** References as people write them. */
const wellFormed = fc
  .record({
    host: fc.option(hosts, { nil: '', freq: 3 }),
    path: fc.array(components, { minLength: 1, maxLength: 4 }),
    tag: fc.option(tags, { nil: '', freq: 4 }),
    digest: seldom(digests, '', 6),
  })
  .map(({ host, path, tag, digest }) =>
    [host && `${host}/`, path.join('/'), tag && `:${tag}`, digest && `@${digest}`].join(''),
  )

/** A slip of the hand: one character too many or in place of another. */
const damaged = fc
  .tuple(
    wellFormed,
    fc.nat(),
    fc.constantFrom(
      ' ',
      'A',
      ':',
      '/',
      '@',
      '.',
      '-',
      '_',
      '\n',
      '\0',
      '\u00e9',
      '?',
      '#',
      '%',
      '\\',
      '=',
      '"',
    ),
    fc.nat(1),
  )
  .map(([text, where, character, taken]) => {
    const at = where % (text.length + 1)
    return text.slice(0, at) + character + text.slice(at + taken)
  })

const odd = fc.constantFrom(
  ...[
    '',
    ' ',
    '/',
    ':',
    '@',
    '.',
    'latest',
    'nginx:',
    ':1.2',
    '/nginx',
    'nginx/',
    'a//b',
    'ghcr.io/',
    'ghcr.io//x',
  ],
  ...[
    'https://ghcr.io/a/b',
    'nginx@',
    'nginx@latest',
    'nginx@sha256:',
    'nginx@sha256:abc',
    'Nginx',
    'Library/nginx',
  ],
  ...[
    'ghcr.io/Kiwix/serve',
    'a_/b',
    'a___b',
    'a..b',
    '-a',
    'a-',
    'nginx:-1',
    'nginx:.1',
    'a:b:c',
    'localhost',
    '[::1]/x',
  ],
  ...['.a.b/c', 'a.b-/c', 'a:/c', 'a.b:x/c', `nginx:${'1'.repeat(128)}`, `nginx:${'1'.repeat(129)}`],
  ...['n'.repeat(247), 'n'.repeat(248), `ghcr.io/${'n'.repeat(255)}`, `ghcr.io/${'n'.repeat(256)}`],
)

export const references = fc.oneof(
  { weight: 14, arbitrary: wellFormed },
  { weight: 5, arbitrary: damaged },
  { weight: 1, arbitrary: odd },
)
