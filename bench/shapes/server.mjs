/** Serves one shape, in a process of its own. */
import registry from '../../testing/registry/index.js'
import { SHAPES } from './shapes.mjs'

const server = await registry.FakeServer.start(SHAPES[process.argv[2]].site(), { isForgetful: true })
process.on('disconnect', () => process.exit())
process.send(server.origin)
