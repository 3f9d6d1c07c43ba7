import { basic, type Cursor, type Guard, Registry, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

const HOST = 'artifactory.example.org'
/** The repository of Artifactory that the registry's own repositories lie in: the first part of their names. */
const KEY = 'docker-local'

const byNumber: Cursor = {
  key: 'last',
  write: (_lastTag, position) => String(position),
  read: (text) => Number(text),
}

/** Artifactory with the repository in the path: its Link forgets that, and `last` is a number. */
export function artifactory({ isBasic = false } = {}): Registry {
  const repositories = publicAndPrivate({ source: 'vcs-url' }, `${KEY}/team`)
  const guard: Guard = isBasic
    ? basic({ challenge: 'Basic realm="Artifactory Realm"' })
    : new TokenService({
        realm: `https://${HOST}/artifactory/api/docker/${KEY}/v2/token`,
        service: HOST,
        repositories,
        tellsMissing: true,
      })
  return new Registry({
    host: HOST,
    repositories,
    guard,
    paging: {
      most: 100,
      cursor: byNumber,
      link: ({ path, cursor, size }) =>
        `<${path.replace(`/${KEY}/`, '/')}?last=${cursor}&n=${size}>; rel="next"`,
    },
  })
}
