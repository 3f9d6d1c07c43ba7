import { Registry, refusal, storage, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

/** gcr.io and *.pkg.dev: a scope is refused where the token is asked for; lists have maps beside the tags. */
export function google(host: string): Registry {
  const repositories = publicAndPrivate({ docker: true, count: 1260 })
  return new Registry({
    host,
    repositories,
    guard: new TokenService({
      realm: `https://${host}/v2/token`,
      service: host,
      repositories,
      refuse: () =>
        refusal(
          403,
          'DENIED',
          'Unauthenticated request. Unauthenticated requests do not have permission to access the repository',
        ),
    }),
    paging: {
      most: 1000,
      extra: {
        child: [],
        manifest: {
          [`sha256:${'ab'.repeat(32)}`]: { imageSizeBytes: '1000', mediaType: '', tag: ['latest'] },
        },
      },
    },
    storage: storage('https://storage.googleapis.com'),
  })
}
