import { execFileSync } from 'node:child_process'
import { join, sep } from 'node:path'
import pkg from '../../package.json'

const ROOT = join(__dirname, '../..')

/** The files below the package's root that are in memory once an entry has been required. */
function loadedBy(entry: string): string[] {
  const program = `require(${JSON.stringify(entry)}); console.log(JSON.stringify(Object.keys(require.cache)))`
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' }))
  return loaded.map((path) => path.slice(ROOT.length + 1).replaceAll(sep, '/'))
}

test('whoever imports the class loads its face and the binary: no command line, no parser, no framework', () => {
  const others = loadedBy(ROOT).filter((path) => !/^(index\.js|js\/\w+(-\w+)*\.js|[^/]+\.node)$/.test(path))
  expect(others).toEqual([])
})

test('whoever imports the fake loads no binary', () => {
  const loaded = loadedBy(join(ROOT, 'testing'))
  expect(loaded).toContain('testing/service.js')
  expect(loaded.filter((path) => path.endsWith('.node') || path.startsWith('node_modules/'))).toEqual([])
})

test('nothing runs when the package is installed', () => {
  const atInstall = ['preinstall', 'install', 'postinstall', 'prepare']
  expect(Object.keys(pkg.scripts).filter((name) => atInstall.includes(name))).toEqual([])
})
