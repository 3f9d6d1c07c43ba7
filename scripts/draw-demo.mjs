import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { images } from '../demo/images.mjs'
import { recorded } from './draw/recorded.mjs'
import { drawn } from './draw/terminal.mjs'
import { root, say, stop } from './run.mjs'

const COMMAND = 'npx container-registry-service'
const PICTURES = [
  ['docs/demo.svg', 'check --arch amd64', 'What the command line prints for a Compose file'],
  [
    'docs/pictures/update.svg',
    'update --arch amd64',
    'The diff that takes a Compose file to newer versions, for one',
  ],
]

for (const [path, args, title] of PICTURES) {
  const text = await recorded(args.split(' '))
  const picture = drawn(`${COMMAND} ${args}`, `${title} with ${images.length} images`, text)
  if (process.argv[2] !== '--check') writeFileSync(join(root, path), picture)
  else if (readFileSync(join(root, path), 'utf8') === picture) say(`${path} shows what the command prints.`)
  else stop(`${path} does not show what the command prints any more: node scripts/draw-demo.mjs`)
}
