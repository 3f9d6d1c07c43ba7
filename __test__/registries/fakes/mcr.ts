import { Registry, storage } from '../../../testing/registry'
import { stocked } from '../support/catalogue'

/** mcr.microsoft.com: open to all, with all tags in one answer. */
export function mcr(): Registry {
  return new Registry({
    host: 'mcr.microsoft.com',
    repositories: { 'team/app': stocked({ docker: true, count: 2000 }) },
    paging: { ignoresNumber: true },
    storage: storage('https://westeurope.data.mcr.microsoft.com'),
  })
}
