import fc from 'fast-check'

/** What a release page is built of. */
export interface Source {
  source: string
  tag: string
  prefix: string
}

const schemes = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.constantFrom('https://', 'https://', 'https://', 'http://', 'HTTPS://', 'https:/'),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('git+https://', 'git+http://', 'git://', 'ssh://git@', 'git+ssh://git@'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'ftp://',
      'ws://',
      'wss://',
      'foo://',
      'file://',
      '',
      '//',
      'javascript:',
      'svn://',
    ),
  },
)

const hosts = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'github.com',
      'GitHub.com',
      'github.com:443',
      'github.com:8443',
      'user@github.com',
    ),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom('gitlab.com', 'gitlab.example.org', 'my-gitlab.lan:8443', 'GitLab.com'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'codeberg.org',
      'bitbucket.org',
      'www.github.com',
      'github.com.',
      'api.github.com',
      'example',
      '',
      '[::1]',
    ),
  },
)

const names = fc.oneof(
  fc.constantFrom('kiwix', 'kiwix-serve', 'o', 'r', 'R.js', 'next.js', '.github', 'a.git.b', '%20', '~user'),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,7}$/).filter((name) => !name.endsWith('.git')),
)

const below = fc.constantFrom(
  ...[
    '/tree/main',
    '/tree/main/images/x',
    '/blob/main/Dockerfile',
    '/-/tree/main',
    '/-/blob/main/a.b',
    '.git/tree/main',
  ],
  ...['/issues', '/releases', '/x'],
)

const endings = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('', '', '.git', '/', '.git/', '?tab=readme', '#readme', '.git#main', '//'),
  },
  { weight: 2, arbitrary: below },
)

const urls = fc
  .tuple(
    schemes,
    hosts,
    fc.array(names, { minLength: 1, maxLength: 2 }),
    fc.array(names, { maxLength: 2 }),
    endings,
  )
  .map(([scheme, host, path, deeper, ending]) => {
    const all = /gitlab/i.test(host) ? [...path, ...deeper] : path
    return `${scheme}${host}/${all.join('/')}${ending}`
  })

/** `user@host:path`, as git takes it. */
const scp = fc
  .tuple(
    fc.constantFrom('github.com', 'gitlab.com', 'codeberg.org'),
    names,
    names,
    fc.constantFrom('', '.git', '/'),
  )
  .map(([host, owner, name, ending]) => `git@${host}:${owner}/${name}${ending}`)

const odd = fc.constantFrom(
  ...[
    '',
    ' ',
    'github.com',
    'github.com/o/r',
    'not a url',
    'https://',
    'https://github.com',
    'https://github.com/',
    '/o/r',
  ],
  ...[
    'https://gitlab.com',
    'https://gitlab.com/',
    ' https://github.com/o/r ',
    'https://github.com/o/r\n',
    'git@github.com',
  ],
  ...[
    'https://github.com/o.git',
    'https://github.com/o.git/r',
    'mailto:a@github.com',
    'https://github.com:99999/o/r',
  ],
  ...['https://[', 'https://github.com\\o\\r', 'git@github.com:'],
)

const tags = fc.oneof(
  fc.constantFrom(
    '1.2.3',
    'v1.2.3',
    'v',
    'vv1',
    '',
    '1.2.3-alpine',
    'a b',
    'a/b',
    '%2F',
    '?x#y',
    '\u00e9',
    'V1',
    'v 1',
  ),
  fc.stringMatching(/^v?[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,2})?$/),
)

export const sources: fc.Arbitrary<Source> = fc.record({
  source: fc.oneof(
    { weight: 12, arbitrary: urls },
    { weight: 2, arbitrary: scp },
    { weight: 2, arbitrary: odd },
  ),
  tag: tags,
  prefix: fc.constantFrom('', '', 'v', 'v', 'release-', 'V'),
})
