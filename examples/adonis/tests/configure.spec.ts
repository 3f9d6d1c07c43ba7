import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import app from '@adonisjs/core/services/app'
import { test } from '@japa/runner'

/** What an app has before it is configured. */
const PARTS = ['ace.js', 'package.json', 'tsconfig.json', 'bin/console.ts', 'bin/root.ts', 'config/app.ts']

/** Runs a program in a folder and answers what it printed. */
async function run(cwd: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1' }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd, env, timeout: 25_000 })
  return stdout + stderr
}

test('node ace configure writes what this app has by hand', async ({ assert, cleanup }) => {
  const root = await mkdtemp(join(tmpdir(), 'configure-'))
  cleanup(() => rm(root, { recursive: true }))
  for (const part of PARTS) {
    await cp(app.makePath(part), join(root, part), { recursive: true })
  }
  await symlink(app.makePath('node_modules'), join(root, 'node_modules'))
  const read = (path: string) => readFile(join(root, path), 'utf8')
  const write = (path: string, text: string) => writeFile(join(root, path), text)
  await write(
    'adonisrc.ts',
    "import { defineConfig } from '@adonisjs/core/app'\n\nexport default defineConfig({\n" +
      "  commands: [() => import('@adonisjs/core/commands')],\n" +
      "  providers: [() => import('@adonisjs/core/providers/app_provider')],\n})\n",
  )
  await cp(app.makePath('start/env.ts'), join(root, 'start/env.ts'))
  const variables = /\n {2}\/\/ Variables for container[^}]*/
  await write('start/env.ts', (await read('start/env.ts')).replace(variables, ''))
  await write('.env', (await readFile(app.makePath('.env.test'), 'utf8')).replace('=test', '=development'))

  const printed = await run(root, 'ace.js', 'configure', 'container-registry-service')

  assert.include(printed, 'config/container_registry.ts')
  assert.include(await read('adonisrc.ts'), "() => import('container-registry-service/adonis/provider')")
  assert.include(await read('start/env.ts'), 'CONTAINER_REGISTRY_CACHE_DIR: Env.schema.string.optional()')
  assert.include(await read('.env'), 'CONTAINER_REGISTRY_DOCKER_CONFIG=')
  assert.include(await read('config/container_registry.ts'), "from 'container-registry-service/adonis'")
  // What was written compiles.
  await run(root, join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit')
}).timeout(60_000)
