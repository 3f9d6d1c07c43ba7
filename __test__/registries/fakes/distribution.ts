import { basic, type Paging, Registry, refusal } from '../../../testing/registry'
import { publicAndPrivate, stocked } from '../support/catalogue'

const HTTPS_HOST = 'registry.example.org'

/** How each version lists tags. */
const PAGING = {
  '2.8': { ignoresNumber: true, order: 'scattered' },
  '3': { most: 1000 },
  // 3.1.0 as it is, but with a lower limit: 1000 are let through by its own.
  '3.1.0': {
    most: 500,
    excess: () => refusal(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested'),
  },
} as const satisfies Record<string, Paging>

export interface DistributionTraits {
  version: keyof typeof PAGING
  /** Wants a login for everything. */
  htpasswd?: boolean
}

/** The registry that others are made of: `registry:2` and `registry:3`. */
export function distribution({ version, htpasswd }: DistributionTraits): Registry {
  return new Registry({
    host: HTTPS_HOST,
    repositories: htpasswd ? publicAndPrivate({ count: 1260 }) : { 'team/app': stocked({ count: 1260 }) },
    paging: PAGING[version],
    isStrict: true,
    ...(htpasswd && { guard: basic({ challenge: 'Basic realm="Registry Realm"' }) }),
  })
}
