import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { json, text } from 'node:stream/consumers'

const ROOT = join(__dirname, '../..')
const STATING = ['package.json', 'package-lock.json', 'Cargo.toml', 'Cargo.lock']

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(path: string, content: string) {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

/** Runs one of the scripts for releases, which ends by itself. */
async function run(script: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/release', script), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [, said, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { status, said }
}

describe('a tag is released if it is the version that is stated everywhere', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

  beforeEach(() => {
    for (const file of STATING) cpSync(join(ROOT, file), join(folder, file))
    write('CHANGELOG.md', `# Changelog\n\n## Unreleased\n\n## ${version} (2026-11-26)\n\n- The first.\n`)
  })

  test('it is', async () => {
    expect(await run('version.mjs', [`v${version}`, folder])).toMatchObject({ status: 0 })
  })

  test.each(STATING)('%s states another', async (file) => {
    const old = readFileSync(join(folder, file), 'utf8')
    const named = /^(name = "container-registry-service"\n|\s*)("?version"?[:=] *|version = )"[^"]*"/gm
    write(file, old.replace(named, '$1$2"9.9.9"'))
    const { status, said } = await run('version.mjs', [`v${version}`, folder])
    expect(status).toBe(1)
    expect(said).toContain(`- ${file} states 9.9.9.`)
  })

  test.each(['## Unreleased\n\n- The first.\n', `## ${version}\n\n## 0.0.1\n\n- Another.\n`])(
    'the changelog does not know it: %j',
    async (changelog) => {
      write('CHANGELOG.md', changelog)
      const { status, said } = await run('version.mjs', [`v${version}`, folder])
      expect(status).toBe(1)
      expect(said).toContain(`- CHANGELOG.md has no text under a heading "## ${version}".`)
    },
  )

  test.each(['1.2.3', 'v1.2', 'v1.2.3;id', 'vnext'])('%s is no tag of a version', async (tag) => {
    const { status, said } = await run('version.mjs', [tag, folder])
    expect(status).toBe(1)
    expect(said).toContain('It is no v followed by a version')
  })
})

describe('publishing', () => {
  let server: Server
  let settings: string
  /** What the registry holds: `name@version` with the tag that it was published by. */
  let published: Record<string, string>
  /** The answer to questions about packages in place of the registry's own. */
  let failure: number | undefined

  beforeEach(async () => {
    published = {}
    failure = undefined
    server = createServer(async (request, response) => {
      const name = decodeURIComponent(request.url ?? '').slice(1)
      if (request.method === 'PUT') {
        const { 'dist-tags': tags } = (await json(request)) as { 'dist-tags': Record<string, string> }
        for (const [tag, version] of Object.entries(tags)) published[`${name}@${version}`] = tag
        return response.writeHead(200).end('{}')
      }
      const versions = Object.keys(published).filter((one) => one.startsWith(`${name}@`))
      const status = failure ?? (versions.length > 0 ? 200 : 404)
      const documents = versions
        .map((one) => one.slice(name.length + 1))
        .map((version) => ({ name, version }))
      const body = {
        name,
        'dist-tags': { latest: documents[0]?.version },
        versions: Object.fromEntries(documents.map((document) => [document.version, document])),
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
    settings = join(folder, 'npmrc')
    const cache = join(folder, 'cache')
    const lines = [
      `registry=http://${host}/`,
      `//${host}/:_authToken=secret`,
      `cache=${cache}`,
      'fetch-retries=0',
    ]
    writeFileSync(settings, lines.join('\n'))
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  function layOut(version: string) {
    const packages = {
      'packages/npm/linux-x64-gnu': 'thing-linux-x64-gnu',
      'packages/npm/win32': 'thing-win32',
      packages: 'thing',
    }
    for (const [path, name] of Object.entries(packages))
      write(`${path}/package.json`, JSON.stringify({ name, version }))
  }

  const publish = () => run('publish.mjs', [join(folder, 'packages')], { npm_config_userconfig: settings })

  test.each([
    ['1.2.3', 'latest'],
    ['1.2.3-rc.1', 'next'],
  ])('%s goes to the tag %s, the platforms first', async (version, tag) => {
    layOut(version)
    const { status, said } = await publish()
    expect([status, said]).toEqual([
      0,
      expect.stringContaining(`thing@${version} is published with the tag ${tag}.`),
    ])
    const names = ['thing-linux-x64-gnu', 'thing-win32', 'thing']
    expect(Object.entries(published)).toEqual(names.map((name) => [`${name}@${version}`, tag]))
  })

  test('what is published already is left as it is', async () => {
    layOut('1.2.3')
    published = { 'thing-win32@1.2.3': 'left alone', 'thing@1.2.2': 'latest' }
    const { status, said } = await publish()
    expect([status, said]).toEqual([0, expect.stringContaining('thing-win32@1.2.3 is published already.')])
    expect(published).toMatchObject({ 'thing-win32@1.2.3': 'left alone', 'thing@1.2.3': 'latest' })
  })

  test('a registry that fails says nothing of what it has', async () => {
    layOut('1.2.3')
    failure = 503
    const { status, said } = await publish()
    expect(status).toBe(1)
    expect(said).toMatch(/Whether thing-linux-x64-gnu@1\.2\.3 is published could not be found out/)
    expect(published).toEqual({})
  })
})
