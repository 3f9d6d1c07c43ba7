import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '..', '..')

test('of a thousand images 2% go wrong, and all others are right', async () => {
  const run = promisify(execFile)(process.execPath, ['soak/load/main.mjs', '--json'], { cwd: ROOT })
  const figures = JSON.parse((await run).stdout)
  expect(figures).toMatchObject({
    images: 1000,
    'of which go wrong': 20,
    'right answers and right failures': 1000,
    failures: '2 RATE_LIMITED, 2 REGISTRY_ERROR, 2 TIMEOUT, 2 TOO_LARGE, 4 BAD_RESPONSE, 8 NETWORK',
  })
  // A tag list, a config, the newest tag's manifest and its own; what went wrong was asked for again a few times.
  expect(figures.requests).toBeLessThanOrEqual(980 * 4 + 200)
}, 120_000)
