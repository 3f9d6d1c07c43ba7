import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { npm } from './assemble.mjs'

/**
 * Serves packages from folders as the npm registry does, on a free port of the loopback interface: the document of a
 * package with its one version, and the tarball. Any other package is a 404.
 *
 * @param {string[]} folders packages
 * @param {string} store a folder for the tarballs
 * @returns {Promise<{ url: string, close(): void }>}
 */
export async function serveNpm(folders, store) {
  mkdirSync(store, { recursive: true })
  const packages = new Map(folders.map((folder) => [manifestOf(folder).name, pack(folder, store)]))
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.slice(1))
    const answer = path.startsWith('-/') ? tarball(packages, path) : document(packages.get(path), request)
    response.writeHead(answer ? 200 : 404).end(answer ?? '{"error":"not found"}')
  })
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}

function pack(folder, store) {
  const [{ filename }] = Object.values(
    JSON.parse(npm(folder, 'pack', '--json', '--ignore-scripts', '--pack-destination', store)),
  )
  const path = join(store, basename(filename))
  const integrity = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`
  return { manifest: manifestOf(folder), path, integrity }
}

function document(found, { headers }) {
  if (!found) return undefined
  const { manifest, path, integrity } = found
  const { name, version } = manifest
  const dist = { tarball: `http://${headers.host}/-/${basename(path)}`, integrity }
  return JSON.stringify({
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
  })
}

function tarball(packages, path) {
  const found = [...packages.values()].find((one) => basename(one.path) === basename(path))
  return found && readFileSync(found.path)
}
