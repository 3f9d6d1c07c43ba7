/** The registry of the load, in a process of its own: some images go wrong each time, all others never. */

import { startServer } from '../server.mjs'
import { wayOf } from './images.mjs'

const server = await startServer((url) => {
  const number = /\/app-(\d+)\/tags\//.exec(url)?.[1]
  return number === undefined ? undefined : wayOf(Number(number))
})
process.on('message', (question) => process.send(question === 'seen' ? server.seen : server.origin))
process.on('disconnect', () => server.close())
