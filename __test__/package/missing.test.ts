import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pkg from '../../package.json'

const ROOT = join(__dirname, '../..')

/** A project with the package in it, but for its binary. */
let project: string
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'missing-'))
  const modules = join(project, 'node_modules')
  for (const file of [...pkg.files.filter((name) => !name.startsWith('!')), 'package.json']) {
    cpSync(join(ROOT, file), join(modules, pkg.name, file), { recursive: true })
  }
  mkdirSync(join(modules, '@adonisjs'))
  for (const name of ['fold', 'core']) {
    symlinkSync(join(ROOT, 'node_modules/@adonisjs', name), join(modules, '@adonisjs', name))
  }
})
afterAll(() => rmSync(project, { recursive: true }))

/** What a module of the project prints as JSON. */
async function run(program: string) {
  const path = join(project, 'program.mjs')
  writeFileSync(path, program)
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [path], { cwd: project })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

const IMPORTS = `
  import { ContainerRegistryService, hasBinary } from '${pkg.name}'
  const codeOf = async (work) => {
    try { return { answer: await work() } } catch (error) { return error.name + ' ' + error.code }
  }`

test('an app boots without the binary: its class is imported, extended, injected and made', async () => {
  const told = await run(`${IMPORTS}
    import { Container } from '@adonisjs/fold'
    import { ContainerRegistryService as OfAnApp } from '${pkg.name}/adonis'
    class Own extends ContainerRegistryService {
      constructor() { super({ policy: { track: 'nonsense' } }) }
      own() { return 'own' }
    }
    const made = [new ContainerRegistryService(), new OfAnApp({ unknown: 1 }), await new Container().make(Own)]
    console.log(JSON.stringify({
      hasBinary: hasBinary(),
      made: made.map((service) => service instanceof ContainerRegistryService),
      own: made[2].own(),
    }))`)
  expect(told).toEqual({ hasBinary: false, made: [true, true, true], own: 'own' })
})

test('every method says so then, and nothing stands in the way of a shutdown', async () => {
  const told = await run(`${IMPORTS}
    const service = new ContainerRegistryService()
    const names = Object.getOwnPropertyNames(ContainerRegistryService.prototype)
    const methods = names.filter((name) => !['constructor', 'close', 'watchImages'].includes(name))
    const codes = {}
    for (const method of methods) codes[method] = await codeOf(() => service[method]('nginx:1', '1', 'amd64'))
    codes.watchImages = await codeOf(async () => { for await (const report of service.watchImages(['nginx:1'])) return report })
    const threw = []
    for (const method of methods) try { service[method]('nginx:1')?.catch?.(() => {}) } catch { threw.push(method) }
    await service.close()
    await service[Symbol.asyncDispose]()
    console.log(JSON.stringify({ codes: [...new Set(Object.values(codes))], count: methods.length, threw }))`)
  expect(told).toEqual({
    codes: ['ContainerRegistryError NO_BINARY'],
    count: expect.any(Number),
    threw: ['parseImageReference', 'buildReleaseUrl', 'filterCompatibleUpdates', 'stats'],
  })
  expect(told.count).toBeGreaterThan(12)
})

test('every function beside the class says so', async () => {
  const told = await run(`${IMPORTS}
    import * as all from '${pkg.name}'
    const parsed = { registry: 'r.example', namespace: 'n', repo: 'x', tag: '1', fullName: 'n/x' }
    const asked = { compareTags: ['1', '2'], explainTag: ['1'], formatImageReference: [parsed], withTag: ['nginx', '1'] }
    const codes = {}
    for (const [name, args] of Object.entries(asked)) codes[name] = await codeOf(() => all[name](...args))
    console.log(JSON.stringify(codes))`)
  const code = 'ContainerRegistryError NO_BINARY'
  expect(told).toEqual({ compareTags: code, explainTag: code, formatImageReference: code, withTag: code })
})

test('a health check fails and leaves the others their answers', async () => {
  const told = await run(`${IMPORTS}
    import { HealthChecks } from '@adonisjs/core/health'
    import { ContainerRegistryCheck } from '${pkg.name}/adonis/health'
    const service = new ContainerRegistryService()
    const checks = [new ContainerRegistryCheck(service), new ContainerRegistryCheck(service, { images: ['nginx:1'] })]
    const report = await new HealthChecks().register(checks).run()
    console.log(JSON.stringify(report.checks.map(({ status, message }) => ({ status, message }))))`)
  const failed = { status: 'error', message: expect.stringContaining('has no binary for') }
  expect(told).toEqual([failed, failed])
})

test('the command line says so, and its help is to be had', async () => {
  const command = join(project, 'node_modules', pkg.name, 'bin', `${pkg.name}.mjs`)
  const ask = (...args: string[]) =>
    promisify(execFile)(process.execPath, [command, ...args], { cwd: project })
  expect((await ask('--help')).stdout).toContain('check')
  await expect(ask('tags', 'nginx:1')).rejects.toMatchObject({
    stderr: expect.stringMatching(/^NO_BINARY: container-registry-service has no binary for /),
  })
})
