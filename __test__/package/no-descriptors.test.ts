import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { json } from '../../testing/registry'
import { HOST, NAME, TAGS, useFakes } from '../support/fakes'

const PROGRAM = join(__dirname, 'fixtures/no-descriptors.cjs')
const fakes = useFakes()

test('a process without a descriptor left holds that against no host', async () => {
  const server = await fakes.server()
  server.always(TAGS, json({ tags: ['1'] }))
  const options = { registries: { [HOST]: { url: server.origin } } }
  const argument = JSON.stringify({ options, image: `${HOST}/${NAME}` })
  const limited = ['-c', 'ulimit -n 100; exec "$0" "$@"', process.execPath, PROGRAM, argument]
  const { stdout } = await promisify(execFile)('/bin/sh', limited)
  const failed = {
    code: 'NETWORK',
    transient: true,
    message: expect.stringMatching(/nothing left.*ulimit -n/),
  }
  expect(JSON.parse(stdout)).toEqual({ without: Array(5).fill(failed), after: ['1'] })
})
