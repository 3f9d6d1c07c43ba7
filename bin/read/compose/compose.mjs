import { resolve } from 'node:path'
import { unread } from '../entry.mjs'
import { folderOf, Variables } from './env.mjs'
import { Project } from './project.mjs'
import { entriesOf } from './service.mjs'

/**
 * Reads the images of Compose files that are laid over each other, as a list of entries (see `entry.mjs`).
 *
 * Variables come from `env`, and behind it from `envFiles`, or else from the `.env` in the folder of the first file.
 * `files` are YAML files that are parsed already. `included` is a Set that gets the paths of the files that are included.
 *
 * @throws Fault for an `envFile` that cannot be read.
 */
export async function readCompose(paths, { env, envFiles = [], io, files = [], included }) {
  const variables = new Variables(env)
  for (const path of envFiles) await variables.add(path, io, true)
  if (envFiles.length === 0) await variables.addOf(folderOf(paths[0]), io)
  const project = new Project(io, { files, included })
  const services = await project.load(paths, variables, [
    { step: paths.map((path) => resolve(path)).join('\n') },
  ])
  const unset = variables.faults.map(({ file, line, message }) => unread({ file, line }, message))
  return [...entriesOf([...services.values()]), ...project.unread, ...unset]
}
