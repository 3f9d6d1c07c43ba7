'use strict'

const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')

/** Files that the framework's codemods write for this package. The app may have some of them already. */
const ENVIRONMENT = ['.env', '.env.example']
const CODE = ['config/container_registry.ts', 'start/env.ts', 'adonisrc.ts']

/**
 * Looks at an app before codemods change it. The returned function repairs its files afterwards: codemods drop the last
 * newline, and ignore the format of the app's prettier. A file that had another format keeps it.
 */
async function tidied(app) {
  const prettier = prettierOf(app)
  const loose = []
  for (const path of CODE) if (!(await isFormatted(prettier, app.makePath(path)))) loose.push(path)
  return async () => {
    for (const path of [...ENVIRONMENT, ...CODE])
      rewrite(app.makePath(path), (text) => text.replace(/\n*$/, '\n'))
    rewrite(app.makePath('start/env.ts'), (text) => text.replace(/(\(\))\n\}\)\n$/, '$1,\n})\n'))
    for (const path of CODE.filter((path) => !loose.includes(path)))
      await format(prettier, app.makePath(path))
  }
}

/** Returns the app's own prettier. Without one, nobody checks the format. */
function prettierOf(app) {
  try {
    return createRequire(app.makePath('package.json'))('prettier')
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

async function settings(prettier, path) {
  return { ...(await prettier.resolveConfig(path, { editorconfig: true })), filepath: path }
}

async function isFormatted(prettier, path) {
  if (!prettier || !existsSync(path)) return true
  return prettier.check(readFileSync(path, 'utf8'), await settings(prettier, path))
}

async function format(prettier, path) {
  if (!prettier || !existsSync(path)) return
  writeFileSync(path, await prettier.format(readFileSync(path, 'utf8'), await settings(prettier, path)))
}

function rewrite(path, change) {
  if (existsSync(path)) writeFileSync(path, change(readFileSync(path, 'utf8')))
}

module.exports = { tidied }
