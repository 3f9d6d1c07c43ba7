import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigFault, Fault } from '../fault.mjs'

/**
 * Returns options of the class: those of the file that `--config` names, or else of the one in the user's configuration
 * folder, with those of the command line and the environment.
 *
 * @throws Fault for a file that cannot be read or holds no JSON object.
 */
export async function settings({ config, dockerConfig }, env) {
  const path = config ?? ownFile(env)
  const options = path === undefined ? {} : await fromFile(path)
  return {
    ...(dockerConfig && { dockerConfig: true }),
    // A file that sets `github` also decides on the token.
    ...(env.GITHUB_TOKEN && { github: { token: env.GITHUB_TOKEN } }),
    ...options,
  }
}

/** The file in the user's own configuration folder, if there is one. */
function ownFile(env) {
  const folder = env.XDG_CONFIG_HOME || env.APPDATA || (env.HOME && join(env.HOME, '.config'))
  const path = folder && join(folder, 'container-registry-service/config.json')
  return path && existsSync(path) ? path : undefined
}

async function fromFile(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new Fault(`${path} could not be read: ${error.message}`)
  })
  let options
  try {
    options = JSON.parse(text)
  } catch (error) {
    throw new ConfigFault(`${path} is no JSON: ${error.message}`)
  }
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options
  throw new ConfigFault(`${path} holds no JSON object with options of the class.`)
}
