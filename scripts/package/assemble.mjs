import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { output, root } from '../run.mjs'

const NAPI = join(root, 'node_modules/@napi-rs/cli/dist/cli.js')

/**
 * Lays out what is published, by the conventions of napi-rs: the package itself in `out`, and one package for each
 * platform in `out/npm/<platform>`. Those have no binary yet; the `main` of their `package.json` names it.
 *
 * @param {string} out an empty or new folder
 * @returns {string[]} the folders of the platforms
 */
export function layOut(out) {
  for (const path of published()) {
    mkdirSync(dirname(join(out, path)), { recursive: true })
    cpSync(join(root, path), join(out, path))
  }
  napi(out, 'create-npm-dirs')
  const platforms = readdirSync(join(out, 'npm')).map((name) => join(out, 'npm', name))
  for (const folder of platforms) cpSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  return platforms
}

/**
 * Puts the binaries in place, and the packages of the platforms into the package's `optionalDependencies`.
 *
 * @param {string} out a folder of `layOut`
 * @param {string} artifacts a folder with a `.node` file for every target of `package.json`
 */
export function fill(out, artifacts) {
  napi(out, 'artifacts', '--output-dir', artifacts)
  napi(out, 'pre-publish', '--skip-optional-publish', '--tag-style', 'npm', '--no-gh-release')
}

/** Returns the files of the package itself, as npm would pack them from the checkout. */
export function published() {
  const [packed] = Object.values(JSON.parse(npm(root, 'pack', '--dry-run', '--json', '--ignore-scripts')))
  return packed.files.map(({ path }) => path)
}

/** Runs npm in a folder and returns what it prints. */
export function npm(folder, ...args) {
  return output('npm', args, { cwd: folder, shell: process.platform === 'win32' })
}

function napi(folder, ...args) {
  return output(process.execPath, [NAPI, ...args, '--cwd', folder], { cwd: folder })
}
