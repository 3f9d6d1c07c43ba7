import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../bin/main.mjs'
import { images, written } from '../../demo/images.mjs'
import { startWorld } from '../../demo/world.mjs'
import { stop } from '../run.mjs'

/** The width of the terminal: its picture can be read in a column of text. */
const COLUMNS = 120

/**
 * Records what a command line prints on a terminal with colours, in a folder with a Compose file of the demo's images.
 * `keep` is called with that folder before it is removed.
 */
export async function recorded(args, keep = () => undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'))
  const world = await startWorld()
  let text = ''
  try {
    const services = images.map(
      (image) => `  ${image.name.split('/').at(-1)}: { image: '${written(image)}' }`,
    )
    writeFileSync(join(folder, 'compose.yaml'), `services:\n${services.join('\n')}\n`)
    writeFileSync(join(folder, 'config.json'), JSON.stringify(world.options))
    const io = {
      stdout: {
        isTTY: true,
        columns: COLUMNS,
        hasColors: () => true,
        write: (part) => {
          text += part
        },
      },
      stderr: { write: (part) => process.stderr.write(part) },
      env: {},
      cwd: () => folder,
    }
    const status = await main([...args, '--config', join(folder, 'config.json')], io)
    if (status !== 0) stop(`The command ended with ${status}.`)
    await keep(folder)
  } finally {
    await world.close()
    rmSync(folder, { recursive: true })
  }
  return text.trimEnd()
}
