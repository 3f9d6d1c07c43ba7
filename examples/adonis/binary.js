// Here the package comes from its checkout, and the binary from what was built there; from npm, they come together.
import { copyFileSync, readdirSync } from 'node:fs'

const checkout = new URL('../../', import.meta.url)
const installed = new URL('node_modules/container-registry-service/', import.meta.url)
const binaries = readdirSync(checkout).filter((name) => name.endsWith('.node'))
if (binaries.length === 0) throw new Error('There is no binary yet: run `npm run build` two levels up')
for (const name of binaries) copyFileSync(new URL(name, checkout), new URL(name, installed))
