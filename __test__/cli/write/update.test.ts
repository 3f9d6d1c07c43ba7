// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so
import { chmodSync, chownSync, linkSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { multiPlatformImage } from '../../../testing/registry'
import { HOST, useFakes, wired } from '../../support/fakes'
import { useDesk } from '../support/cli'

const desk = useDesk()
const fakes = useFakes()

const NAME = `${HOST}/team/app`
const OLD = `sha256:${'1'.repeat(64)}`
const newer = multiPlatformImage({ platforms: ['linux/amd64'], layers: [2] })

/** Arguments that lead to a registry whose image has newer versions. */
async function world() {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  repository.push('1.0.0', multiPlatformImage({ platforms: ['linux/amd64'], layers: [1] }))
  repository.push('1.1.0', newer)
  repository.push('2.0.0', multiPlatformImage({ platforms: ['linux/amd64'], layers: [3] }))
  return ['--arch', 'amd64', ...(await desk().config(wired({ registry })))]
}

const read = (name: string) => readFileSync(desk().path(name), 'utf8')

test('update prints a diff and writes nothing; --write writes what the diff shows', async () => {
  const args = await world()
  const before = `# ours\nservices:\n  web:\n    image: "${NAME}:1.0.0"   # the app\n    restart: always\n`
  await desk().file('compose.yml', before)
  const shown = await desk().run(['update', ...args])
  const diff = [
    '--- a/compose.yml',
    '+++ b/compose.yml',
    '@@ -1,5 +1,5 @@ web',
    ' # ours',
    ' services:',
    '   web:',
    `-    image: "${NAME}:1.0.0"   # the app`,
    `+    image: "${NAME}:1.1.0"   # the app`,
    '     restart: always',
    '',
  ].join('\n')
  expect(shown).toEqual({ status: 0, stdout: diff, stderr: '1 change in 1 file. --write writes it.\n' })
  expect(read('compose.yml')).toBe(before)
  const written = await desk().run(['update', '--write', ...args])
  expect(written).toEqual({ status: 0, stdout: diff, stderr: '1 change in 1 file written.\n' })
  expect(read('compose.yml')).toBe(before.replace('1.0.0', '1.1.0'))
  expect(await desk().run(['update', '--write', ...args])).toEqual({
    status: 0,
    stdout: '',
    stderr: 'Nothing to write.\n',
  })
})

test('the ends of lines stay, and no other carriage return reaches the terminal', async () => {
  const args = await world()
  const before = `services:\r\n  a:\r\n    image: ${NAME}:1.0.0\r\n    # over\rwritten\r\n`
  await desk().file('compose.yml', before)
  const { stdout } = await desk().run(['update', '--write', ...args])
  expect(read('compose.yml')).toBe(before.replace('1.0.0', '1.1.0'))
  expect(stdout).toContain(`-    image: ${NAME}:1.0.0\r\n+    image: ${NAME}:1.1.0\r\n`)
  expect(stdout).not.toMatch(/\r[^\n]/)
})

test('a digest is written where one stood, and with --pin', async () => {
  const args = await world()
  await desk().file('compose.yml', `services:\n  a: { image: '${NAME}:1.0.0@${OLD}' }\n`)
  await desk().file('Dockerfile', `FROM ${NAME}:1.0.0 AS base\n`)
  await desk().file('values.yaml', `image:\n  repository: ${NAME}\n  tag: 1.0.0\n  digest: ${OLD}\n`)
  await desk().file('values-b.yaml', `image:\n  repository: ${NAME}\n  tag: 1.0.0\n`)
  const { status, stderr } = await desk().run(['update', '.', '--pin', '--write', ...args])
  expect(status).toBe(0)
  expect(read('compose.yml')).toBe(`services:\n  a: { image: '${NAME}:1.1.0@${newer.root.digest}' }\n`)
  expect(read('Dockerfile')).toBe(`FROM ${NAME}:1.1.0@${newer.root.digest} AS base\n`)
  expect(read('values.yaml')).toBe(
    `image:\n  repository: ${NAME}\n  tag: 1.1.0\n  digest: ${newer.root.digest}\n`,
  )
  expect(read('values-b.yaml')).toContain('tag: 1.1.0\n')
  expect(stderr).toContain('no digest stands beside the tag, so it is not pinned.')
})

test('a change is made where the text stands, and names every service that it touches', async () => {
  const args = await world()
  await desk().file('base.yml', `services:\n  base: { image: "${NAME}:1.0.0" }\n`)
  await desk().file(
    'compose.yml',
    `x-i: &i ${NAME}:1.0.0\nservices:\n  a: { image: *i }\n  b: { image: *i }\n  c: { extends: { file: base.yml, service: base } }\n`,
  )
  const { stdout } = await desk().run(['update', '--write', '--json', ...args])
  expect(
    JSON.parse(stdout).map(({ file, line, services, from, to, written }: Record<string, unknown>) => [
      file,
      line,
      services,
      from,
      to,
      written,
    ]),
  ).toEqual([
    ['compose.yml', 1, ['a', 'b'], '1.0.0', '1.1.0', true],
    ['base.yml', 2, ['c'], '1.0.0', '1.1.0', true],
  ])
  expect(read('compose.yml')).toMatch(/^x-i: &i \S+:1\.1\.0\n/)
  expect(read('base.yml')).toContain(':1.1.0"')
})

test('a variable or its default is never written, and is named with its place', async () => {
  const args = await world()
  await desk().file('.env', `TAG=1.0.0\nREG=${HOST}\n`)
  const before = [
    `  a: { image: "${NAME}:\${TAG}" }`,
    `  b: { image: "${NAME}:\${V:-1.0.0}" }`,
    `  c: { image: "\${REG}/team/app:1.0.0" }`,
  ]
  await desk().file('compose.yml', `services:\n${before.join('\n')}\n`)
  const { status, stderr } = await desk().run(['update', '--write', ...args])
  expect(status).toBe(0)
  expect(read('compose.yml')).toBe(
    `services:\n${before[0]}\n${before[1]}\n${before[2]?.replace('1.0.0', '1.1.0')}\n`,
  )
  expect(stderr).toContain(
    `compose.yml:2 a ${NAME}:1.0.0: 1.1.0 is not written: TAG is set in .env:1, where it is to be changed.\n`,
  )
  expect(stderr).toContain('1.1.0 is not written: V is set by its default in compose.yml:3, where')
  expect(read('.env')).toContain('TAG=1.0.0')
})

test('what its owner holds back stays, and so does what services want differently', async () => {
  const args = await world()
  const before = [
    `x-i: &i ${NAME}:1.0.0`,
    'services:',
    `  a: { image: "${NAME}:1.0.0", labels: { com.centurylinklabs.watchtower.enable: "false" } }`,
    `  b: { image: "${NAME}:1.0.0", labels: ["com.centurylinklabs.watchtower.monitor-only=true"] }`,
    `  c: { image: "${NAME}:1.0.0", labels: { wud.watch: "false" } }`,
    '  d: { image: *i, labels: { container-registry-service.track: major } }',
    '  e: { image: *i }',
    '',
  ].join('\n')
  await desk().file('compose.yml', before)
  const { stdout, stderr } = await desk().run(['update', '--write', ...args])
  expect(stdout).toBe('')
  expect(read('compose.yml')).toBe(before)
  expect(stderr).toContain('is not written: its label com.centurylinklabs.watchtower.enable is false.')
  expect(stderr).toContain('is not written: its label com.centurylinklabs.watchtower.monitor-only is true.')
  expect(stderr).toContain('2.0.0 is not written: services that share this text want different versions.')
})

test('an image whose own policy could not be read stays, and a line says why', async () => {
  const args = await world()
  const before = [
    'services:',
    `  a: { image: "${NAME}:1.0.0", labels: { wud.tag.include: '^(?!.*alpine)1\\.' } }`,
    `  b: { image: "${NAME}:1.0.0", labels: { container-registry-service.exclude: '2(?=x)' } }`,
    `  c: { image: "${NAME}:1.0.0", labels: { container-registry-service.track: patches } }`,
    `  d: { image: "${NAME}:1.0.0" } # crs: trak=patch`,
    `  e: { image: "${NAME}:1.0.0" } # crs: min-age=soon`,
    `  f: { image: "${NAME}:2.0.0" } # crs: trak=patch`,
    `  g: { image: "${NAME}:1.0.0" }`,
    '',
  ].join('\n')
  await desk().file('compose.yml', before)
  const { status, stderr } = await desk().run(['update', '--write', ...args])
  expect(status).toBe(3)
  expect(read('compose.yml')).toBe(before.replace(/(g: .*)1\.0\.0/, '$11.1.0'))
  const why = stderr.match(/1\.1\.0 is not written: its policy could not be read \((\S+) /g)
  expect(why?.map((line) => line.split('(')[1])).toEqual(['include ', 'exclude ', 'track ', 'crs: ', 'crs: '])
  expect(stderr).toContain(`compose.yml:7 f ${NAME}:2.0.0: crs: trak is unknown; there are`)
  const { stdout } = await desk().run(['update', '--json', ...args])
  const told: { service?: string; written: boolean; why?: string }[] = JSON.parse(stdout)
  expect(told.map(({ service, why }) => [service, why?.split(' (')[0]])).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((name) => [name, 'its policy could not be read']),
  )
})

test('a number that would lose its zero stays', async () => {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  for (const [index, tag] of ['1.9', '1.10'].entries())
    repository.push(tag, multiPlatformImage({ platforms: ['linux/amd64'], layers: [index + 1] }))
  const args = ['--arch', 'amd64', ...(await desk().config(wired({ registry })))]
  await desk().file('values.yaml', `image:\n  repository: ${NAME}\n  tag: 1.9\n`)
  const { stderr } = await desk().run(['update', '.', '--write', ...args])
  expect(stderr).toContain('1.10 would be a number there; put the tag into quotes first')
  await desk().file('values.yaml', `image:\n  repository: ${NAME}\n  tag: "1.9"\n`)
  await desk().run(['update', '.', '--write', ...args])
  expect(read('values.yaml')).toContain('tag: "1.10"\n')
})

describe('what is written stays where it is', () => {
  const content = `services:\n  a: { image: "${NAME}:1.0.0" }\n`
  const changed = content.replace('1.0.0', '1.1.0')

  test('nothing outside of the folders that are named', async () => {
    const args = await world()
    await desk().file('outside/base.yml', content)
    await desk().file('outside/linked.yml', content)
    await desk().file('in/compose.yml', 'include: [../outside/base.yml]\nservices: {}\n')
    symlinkSync(desk().path('outside/linked.yml'), desk().path('in/docker-compose.prod.yml'))
    const { status, stderr } = await desk().run(['update', 'in', '--write', ...args])
    expect(status).toBe(3)
    expect(stderr.match(/is not written: it lies outside of the folders that were named\./g)).toHaveLength(2)
    expect([read('outside/base.yml'), read('outside/linked.yml')]).toEqual([content, content])
  })

  test('a link within the folder stays a link, and mode and links of the file are kept', async () => {
    const args = await world()
    await desk().file('real.yml', content)
    await desk().file('hard.yml', content)
    chmodSync(desk().path('real.yml'), 0o640)
    symlinkSync('real.yml', desk().path('compose.yml'))
    linkSync(desk().path('hard.yml'), desk().path('other.txt'))
    const { status } = await desk().run(['update', '-f', 'compose.yml', '-f', 'hard.yml', '--write', ...args])
    expect(status).toBe(0)
    expect([read('real.yml'), read('hard.yml'), read('other.txt')]).toEqual([changed, changed, changed])
    expect(statSync(desk().path('real.yml')).mode & 0o777).toBe(0o640)
    expect(readFileSync(desk().path('compose.yml'), 'utf8')).toBe(changed)
  })

  test.each(['EBUSY', 'EXDEV', 'EACCES', 'EROFS'])(
    'a file that no rename can replace (%s) is written in place',
    async (code) => {
      const path = await desk().file('stack/compose.yml', content)
      const { ino } = statSync(path)
      expect(await replaced(refused(code), content, changed)).toBe('done')
      expect(readFileSync(path, 'utf8')).toBe(changed)
      expect(statSync(path).ino).toBe(ino)
      expect(readdirSync(desk().path('stack'))).toEqual(['compose.yml'])
    },
  )

  test('what stood there is put back where writing in place ends half way', async () => {
    const longer = `${changed}# more\n`
    const path = await desk().file('stack/compose.yml', content)
    const full = `const file = await fs.open('stack/compose.yml')
      const prototype = Object.getPrototypeOf(file)
      await file.close()
      const { write } = prototype
      let count = 0
      prototype.write = async function (bytes, from, length, at) {
        if (++count === 1) return write.call(this, bytes, from, 9, at)
        if (count === 2) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
        return write.call(this, bytes, from, length, at)
      }`
    const told = await replaced(`${refused('EBUSY')}\n${full}`, content, longer)
    expect(told).toBe('stack/compose.yml is not written: ENOSPC: no space left on device')
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  /** Makes renames fail, as those of a file that is a mount of its own do. */
  function refused(code: string): string {
    return `fs.rename = async () => { throw Object.assign(new Error('refused'), { code: '${code}' }) }`
  }

  function replaced(sabotage: string, before: string, after: string) {
    return desk().evaluate(
      'write/file.mjs',
      `const { default: fs } = await import('node:fs/promises')
       const { syncBuiltinESMExports } = await import('node:module')
       ${sabotage}
       syncBuiltinESMExports()
       const wanted = { before: ${JSON.stringify(before)}, after: ${JSON.stringify(after)}, folders: ['stack'] }
       const told = await it.replace('stack/compose.yml', wanted).then(() => 'done', (error) => error.message)
       console.log(JSON.stringify(told))`,
    )
  }

  test('the owner stays the owner', async () => {
    const args = await world()
    const path = await desk().file('compose.yml', content)
    // Only root may give a file away.
    const own = process.getuid?.() ?? 0
    const uid = own === 0 ? 1234 : own
    chownSync(path, uid, uid === own ? statSync(path).gid : uid)
    const { uid: owner, gid } = statSync(path)
    await desk().run(['update', '--write', ...args])
    expect(read('compose.yml')).toBe(changed)
    expect(statSync(path)).toMatchObject({ uid: owner, gid })
    expect(owner).toBe(uid)
  })

  test('a file that has changed meanwhile stays as it is', async () => {
    await desk().file('a.yml', 'new')
    const told = await desk().evaluate(
      'write/file.mjs',
      `const wanted = { before: 'old', after: 'x', folders: ['.'] }
       console.log(JSON.stringify(await it.replace('a.yml', wanted).catch((error) => error.message)))`,
    )
    expect(told).toBe('a.yml is not written: it has changed meanwhile, or is no UTF-8.')
    expect(read('a.yml')).toBe('new')
  })

  test('standard input is shown, and cannot be written', async () => {
    const args = await world()
    const { status, stdout, stderr } = await desk().run(
      ['update', '-f', '-', '--write', ...args],
      {},
      content,
    )
    expect(status).toBe(3)
    expect(stdout).toContain('+++ b/-\n')
    expect(stderr).toContain('Standard input cannot be written.')
  })
})

test('an image that cannot be checked is said, and the others are written', async () => {
  const args = await world()
  await desk().file('compose.yml', `services:\n  a: { image: "${NAME}:1.0.0" }\n  b: { image: [x] }\n`)
  const { status, stderr } = await desk().run(['update', '--write', ...args])
  expect(status).toBe(3)
  expect(read('compose.yml')).toContain('1.1.0')
  expect(stderr).toContain('compose.yml:3 b: An image is a text, and this is none.\n')
})
