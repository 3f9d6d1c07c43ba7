import { join } from 'node:path'
import { npm } from './assemble.mjs'

/**
 * Returns the binary of a major version of Node.js, from the npm package for this platform.
 *
 * @param {string} major say `24`
 * @param {string} folder where that package is installed
 * @returns {string} its path
 */
export function nodeFromNpm(major, folder) {
  const os = process.platform === 'win32' ? 'win' : process.platform
  const name = `node-${os}-${process.arch}`
  npm(folder, 'install', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${major}`)
  return join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}
