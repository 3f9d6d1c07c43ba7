import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npm } from './package/assemble.mjs'
import { nodeFromNpm } from './package/node.mjs'
import { output, root, say, stop } from './run.mjs'

const USAGE = `node scripts/try-adonis.mjs

Runs the suite for AdonisJS, and checks its types, with version 7 of the framework on the Node.js that it wants, which is
got from npm, and the guide's test for Japa, whose core wants the same. Needs the binary that is built here.`

/** The framework's packages that the suite names itself. */
const FRAMEWORK = { '@adonisjs/core': '7.5.2', '@adonisjs/fold': '11.1.0' }
const NODE = '24'
/** The suite's tools, in the versions of this project. */
const TOOLS = [
  '@japa/assert',
  '@japa/runner',
  '@swc/core',
  '@swc/jest',
  '@types/jest',
  '@types/node',
  'jest',
  'reflect-metadata',
  'typescript',
]
const SUITE = '__test__/adonis'
const GUIDE = ['__test__/testing/runners.test.ts', 'docs/testing.md']

if (process.argv.length > 2) stop(USAGE)
const pkg = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const binaries = readdirSync(root).filter((file) => file.endsWith('.node'))
if (binaries.length === 0) stop('There is no binary yet: npm run build')
const work = mkdtempSync(join(tmpdir(), 'try-adonis-'))
try {
  layOut()
  const node = nodeFromNpm(NODE, work)
  const run = (script, ...args) => output(node, [join(work, 'node_modules', script), ...args], { cwd: work })
  run('typescript/bin/tsc')
  run('jest/bin/jest.js', SUITE)
  run('jest/bin/jest.js', GUIDE[0], '--testNamePattern=^Japa$')
  const version = output(node, ['--version']).trim()
  say(`AdonisJS ${FRAMEWORK['@adonisjs/core']} on Node.js ${version}: the suite passes, and its types hold.`)
} finally {
  rmSync(work, { recursive: true })
}

/** Makes a checkout with the files that the suite needs and the other version of the framework. */
function layOut() {
  const parts = [
    ...pkg.files.filter((part) => !part.startsWith('!')),
    ...binaries,
    SUITE,
    ...GUIDE,
    '__test__/support',
    'jest.config.js',
    'tsconfig.json',
  ]
  for (const part of parts) cpSync(join(root, part), join(work, part), { recursive: true })
  const tools = Object.fromEntries(TOOLS.map((name) => [name, pkg.devDependencies[name]]))
  const project = { ...pkg, devDependencies: { ...tools, ...FRAMEWORK } }
  writeFileSync(join(work, 'package.json'), JSON.stringify(project))
  npm(work, 'install', '--no-audit', '--no-fund', '--ignore-scripts')
}
