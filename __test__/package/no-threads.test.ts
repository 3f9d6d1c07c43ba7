import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { json } from '../../testing/registry'
import { HOST, NAME, TAGS, useFakes } from '../support/fakes'

const PROGRAM = join(__dirname, 'fixtures/no-threads.cjs')
const fakes = useFakes()

test('a process that may start no thread gets an error with a code, and goes on', async () => {
  const server = await fakes.server()
  server.always(TAGS, json({ tags: ['1'] }))
  const options = { registries: { [HOST]: { url: server.origin } } }
  const argument = JSON.stringify({ options, image: `${HOST}/${NAME}:1.0.0` })
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, argument])
  const failed = { code: 'NETWORK', transient: true, message: expect.stringMatching(/threads.*ulimit -u/) }
  expect(JSON.parse(stdout)).toEqual({ without: [failed, failed] })
})
