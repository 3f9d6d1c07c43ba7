import { basic, opaque, Registry, refusal, storage } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

/** Private ECR: Basic for everything, an absolute Link, text/plain, and bodies that do not say what they are. */
export function ecrPrivate({ most = 1000 } = {}): Registry {
  return new Registry({
    host: HOST,
    repositories: publicAndPrivate({ silent: true, count: 1260 }),
    guard: basic({ challenge: `Basic realm="https://${HOST}/",service="ecr.amazonaws.com"` }),
    paging: {
      usual: 100,
      most,
      excess: () =>
        refusal(
          405,
          'UNSUPPORTED',
          `Invalid parameter at 'maxResults' failed to satisfy constraint: 'maximum: ${most}'`,
        ),
      cursor: opaque('last'),
      link: ({ path, cursor, size }) =>
        `<https://${HOST}${path}?last=${encodeURIComponent(cursor)}&n=${size}>; rel="next"`,
      contentType: 'text/plain; charset=utf-8',
    },
    storage: storage('https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com'),
    unknownRepository: (name) =>
      refusal(404, 'NAME_UNKNOWN', `The repository with name '${name}' does not exist`),
  })
}
