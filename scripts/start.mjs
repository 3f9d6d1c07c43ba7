import { parseArgs } from 'node:util'
import { ensure } from './ensure.mjs'
import { stop } from './run.mjs'

const USAGE = `npm start                                checks a dozen images of a registry that runs in this process
npm start -- IMAGE... [--arch arm64]     checks real images over the network`

// Names of architectures that differ between Node.js and image indexes.
const OCI_ARCHITECTURES = { x64: 'amd64', ia32: '386' }

const { images, arch } = readArguments()
ensure()
// These modules need the packages and the binary that were just installed and built.
const { checkDemo, checkReal } = await import('../demo/check.mjs')
process.exitCode = images.length === 0 ? await checkDemo(arch) : await checkReal(images, arch)

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        arch: { type: 'string', default: OCI_ARCHITECTURES[process.arch] ?? process.arch },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.help) {
      console.log(USAGE)
      process.exit(0)
    }
    return { images: positionals, arch: values.arch }
  } catch (error) {
    stop(`${error.message}\n\n${USAGE}`)
  }
}
