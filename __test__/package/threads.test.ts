import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { multiPlatformImage } from '../../testing/registry'
import { HOST, NAME, useFakes } from '../support/fakes'

const PROGRAM = join(__dirname, 'fixtures/threads.cjs')
/** What drives requests. */
const MOST = 2

const fakes = useFakes()

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'threads-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 9 }))

test('loading and making a service starts no thread, and two stay behind a call that had names and files to wait for', async () => {
  const registry = await fakes.registry()
  const image = multiPlatformImage({ platforms: ['linux/amd64'] })
  registry.repository(NAME).push('1.0.0', image).push('1.1.0', image)
  const options = {
    registries: { [HOST]: { url: registry.server.origin, username: 'somebody', password: 'secret' } },
    cache: { directory },
  }
  const argument = JSON.stringify({ options, image: `${HOST}/${NAME}:1.0.0`, most: MOST })
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, argument])
  expect(stderr).toBe('')
  const ours = Array.from({ length: MOST }, () => expect.stringMatching(/^container-regis/))
  expect(JSON.parse(stdout)).toEqual({ loaded: [], made: [], updates: 1, called: ours, closed: ours })
})
