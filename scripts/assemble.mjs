import { resolve } from 'node:path'
import { fill, layOut } from './package/assemble.mjs'
import { stop } from './run.mjs'

const [out, artifacts] = process.argv.slice(2)
if (!artifacts)
  stop(
    'node scripts/assemble.mjs OUT ARTIFACTS   lays out in OUT what is published, with the binaries of ARTIFACTS',
  )
layOut(resolve(out))
fill(resolve(out), resolve(artifacts))
