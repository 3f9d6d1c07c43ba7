import { rm } from 'node:fs/promises'
import app from '@adonisjs/core/services/app'
import testUtils from '@adonisjs/core/services/test_utils'
import { type FixtureRegistries, startRegistries } from 'container-registry-service/testing'

const IMAGES = [
  {
    image: 'ghcr.io/kiwix/kiwix-serve',
    tags: ['3.6.0', '3.7.0', '3.8.0', '3.8.1', 'latest'],
    source: 'https://github.com/kiwix/kiwix-tools',
    releases: '' as const,
    notes: { '3.8.1': '## Breaking changes\n<img src="x" onerror="alert(1)">', '3.8.0': 'Faster.' },
  },
  { image: 'ollama/ollama', tags: ['0.5.7', '0.5.8', '0.6.0'] },
  { image: 'redis', tags: ['7.4.1', '7.4.2'] },
  { image: 'quay.io/team/other', tags: ['1.0.0'] },
]

export interface Served {
  registries: FixtureRegistries
  /** Where the app listens. */
  origin: string
}

/** What all tests are given: the container makes one service for all of them, and so its registries are the same. */
export const served = {} as Served

/** Starts the app on a free port, and registries for it; answers how they are ended. */
export async function serve(): Promise<() => Promise<void>> {
  served.registries = await startRegistries({ images: IMAGES })
  const settings = app.config.get<object>('container_registry')
  app.config.set('container_registry', { ...settings, ...served.registries.options, cache: undefined })
  await forgetRows()
  const close = await testUtils.httpServer().start()
  const server = await app.container.make('server')
  const address = server.getNodeServer()?.address()
  if (!address || typeof address === 'string') throw new Error('the app does not listen')
  served.origin = `http://127.0.0.1:${address.port}`
  return async () => {
    await close()
    await served.registries.close()
  }
}

/** Makes the app forget what earlier checks found. */
export async function forgetRows(): Promise<void> {
  await rm(app.tmpPath('images.json'), { force: true })
}
