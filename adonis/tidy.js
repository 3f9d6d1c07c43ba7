'use strict'

const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')

/** What the framework's codemods write for this package, some of it in files that the app has already. */
const ENVIRONMENT = ['.env', '.env.example']
const CODE = ['config/container_registry.ts', 'start/env.ts', 'adonisrc.ts']

/**
 * Looks at an app before codemods change it, and answers what leaves its files afterwards as its own tools want them: with a last
 * newline, which the codemods drop, and in the format of the app's prettier. A file that had another format keeps it.
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

/** The app's own prettier; nothing if it has none, and then nobody checks the format. */
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
