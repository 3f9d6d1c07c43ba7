import ace from '@adonisjs/core/services/ace'
import app from '@adonisjs/core/services/app'
import transmit from '@adonisjs/transmit/services/main'
import { test } from '@japa/runner'
import { ContainerRegistryService } from 'container-registry-service/adonis'
import { FakeContainerRegistryService } from 'container-registry-service/testing'
import { CHANNEL } from '#services/image_check'
import { ImageRows } from '#services/image_rows'
import { served } from './support.js'

test.group('The app', () => {
  const versions = (image: string) =>
    fetch(`${served.origin}/api/images/versions?${new URLSearchParams({ image })}`)

  test('tells newer versions of an image', async ({ assert }) => {
    const response = await versions('ghcr.io/kiwix/kiwix-serve:3.7.0')
    assert.equal(response.status, 200)
    const { updates } = (await response.json()) as { updates: unknown[] }
    assert.deepEqual(updates, [
      {
        tag: '3.8.1',
        isLatest: true,
        releaseUrl: 'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.1',
        releaseUrlSource: 'release',
      },
      {
        tag: '3.8.0',
        isLatest: false,
        releaseUrl: 'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.0',
        releaseUrlSource: 'release',
      },
    ])
  })

  test('tells a caller what is wrong', async ({ assert }) => {
    assert.equal((await versions('No Image')).status, 422)
    assert.equal((await versions('quay.io/team/gone:1.0.0')).status, 404)
    assert.equal((await fetch(`${served.origin}/api/images/versions`)).status, 422)
  })

  test('passes on that a registry asks for patience', async ({ assert, cleanup }) => {
    const fake = new FakeContainerRegistryService().image('redis', { error: { code: 'RATE_LIMITED' } })
    app.container.swap(ContainerRegistryService, () => fake)
    cleanup(() => app.container.restore(ContainerRegistryService))
    assert.equal((await versions('redis:7')).status, 429)
  })

  test('is healthy as long as its registries are', async ({ assert }) => {
    assert.equal((await fetch(`${served.origin}/health`)).status, 200)
    served.registries.refuse('ghcr.io', 500)
    assert.equal((await fetch(`${served.origin}/health`)).status, 503)
    served.registries.recover('ghcr.io')
  })

  test('checks its images at night, and tells how far it is', async ({ assert }) => {
    const told: string[] = []
    const forget = transmit.on('broadcast', ({ channel, payload }) => {
      if (channel === CHANNEL) told.push((payload as { type: string }).type)
    })
    const command = await ace.exec('images:check', [])
    forget()
    assert.equal(command.exitCode, 0)
    // Each of four images begins and ends.
    assert.deepEqual(told, [...Array(8).fill('progress'), 'finished'])
    const rows = await new ImageRows().load()
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['outdated', 'outdated', 'current', 'failed'],
    )
  })
})
