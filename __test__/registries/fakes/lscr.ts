import { Registry, storage, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'
import { GHCR_TOKENS } from './ghcr'

/** lscr.io: its tokens are ghcr.io's. */
export function lscr(): Registry {
  const repositories = publicAndPrivate({ count: 1260 })
  return new Registry({
    host: 'lscr.io',
    repositories,
    guard: new TokenService({ ...GHCR_TOKENS, repositories }),
    paging: { order: 'pushed', usual: 100, most: 1000 },
    storage: storage('https://pkg-containers.githubusercontent.com'),
    isStrict: true,
  })
}
