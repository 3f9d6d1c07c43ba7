/**
 * Checks one image against the worst shapes that a server can send:
 *
 *   npm run bench:shapes
 *
 * It prints the memory that each check takes, and renews the table in docs/reliability.md. It ends with an error if a
 * bound does not hold.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { columns, markdown } from '../table.mjs'
import { SHAPES } from './shapes.mjs'

const MIB = 1 << 20
/** MiB that a check may take, and MiB that a list of tags may take beside it. */
const BOUND = 64
const LIST = 32
const DOCS = new URL('../../docs/reliability.md', import.meta.url)
const BLOCK = /(?<=<!-- shapes -->\n)[\s\S]*?(?=<!-- \/shapes -->)/

const start = async (module, ...args) => {
  const child = fork(new URL(module, import.meta.url), args, { execArgv: [] })
  return { child, said: (await once(child, 'message'))[0] }
}

const good = await start('server.mjs', 'nothing special')
const rows = []
for (const [shape, { isList }] of Object.entries(SHAPES)) {
  const server = await start('server.mjs', shape)
  const { growth, outcome } = (await start('subject.mjs', good.said, server.said)).said
  server.child.disconnect()
  const bound = BOUND + (isList ? LIST : 0)
  const holds = growth <= bound * MIB
  if (!holds) process.exitCode = 1
  const [code] = outcome.split(':')
  const limit = /\(((?:limits\.|max)\w+)/.exec(outcome)?.[1]
  rows.push([
    shape,
    limit ? `${code} (${limit})` : code,
    (growth / MIB).toFixed(1),
    String(bound),
    holds ? 'yes' : 'no',
  ])
}
good.child.disconnect()

const lines = [['shape', 'what comes of the check', 'MiB it took', 'bound', 'holds'], ...rows]
console.log(columns(lines))
writeFileSync(DOCS, readFileSync(DOCS, 'utf8').replace(BLOCK, `${markdown(lines, [0, 1, 4])}\n`))
