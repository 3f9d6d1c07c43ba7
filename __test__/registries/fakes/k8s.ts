import { type Fake, json, Registry, reply, storage } from '../../../testing/registry'
import { stocked } from '../support/catalogue'

const REGION = 'europe-west1-docker.pkg.dev'
const PATH = 'k8s-artifacts-prod/images'

/** registry.k8s.io: has nothing itself, and sends clients to a regional registry for everything. */
export function k8s(): Fake {
  const regional = new Registry({
    host: REGION,
    repositories: { [`${PATH}/team/app`]: stocked({ docker: true, count: 1260 }) },
    paging: { most: 1000 },
    storage: storage('https://storage.googleapis.com'),
  })
  return {
    host: 'registry.k8s.io',
    enter(world) {
      regional.enter(world)
      world.put('https://registry.k8s.io', ({ url }) =>
        url === '/v2/'
          ? json({})
          : reply(307, '', { Location: `https://${REGION}${url.replace('/v2/', `/v2/${PATH}/`)}` }),
      )
    },
    repository: (name) => regional.repository(`${PATH}/${name}`),
    tagsOf: (name) => regional.tagsOf(`${PATH}/${name}`),
  }
}
