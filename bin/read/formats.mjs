import { basename } from 'node:path'
import { isComposeName } from './compose/names.mjs'

/** What is read, in words. */
export const READ =
  'Compose files, Kubernetes manifests, Helm values, Kustomize, Dockerfiles and Quadlet units'

const DOCKERFILE = /^(?:dockerfile|containerfile)(?:[.\-_].+)?$|\.(?:dockerfile|containerfile)$/i
const BESIDE_DOCKERFILE = /[.\-_](?:(?:docker|container)ignore|md|txt)$/i
const TEMPLATE = /\.(?:j2|jinja2?|tmpl|tpl|gotmpl|template|erb|mustache|hbs|in)$/i
const QUADLET = /\.(?:container|image|volume|kube)$/
const YAML = /\.(?:ya?ml|json)$/i
const VALUES = /^values.*\.ya?ml$|[.\-_]values\.ya?ml$/i
const KUSTOMIZATION = /^kustomization(?:\.ya?ml)?$/i

/** Other files in which images stand, by name. */
const OTHERS = [
  [/(?:docker|container)ignore$/i, 'a list of files for a build'],
  [/^\.gitlab-ci.*\.ya?ml$/i, 'a file of GitLab CI'],
  [
    /^(?:\.drone|\.woodpecker.*|bitbucket-pipelines|azure-pipelines.*|\.travis)\.ya?ml$/i,
    'a file of a CI service',
  ],
  [/^jenkinsfile/i, 'a Jenkinsfile'],
  [/\.nomad(?:\.hcl)?$/i, 'a Nomad job'],
  [/\.hcl$/i, 'a file of HCL, as Bake, Nomad and Packer have it'],
  [/\.(?:tf|tofu)$/i, 'a Terraform file'],
  [/\.(?:sh|bash|zsh|fish|ps1|bat)$/i, 'a script'],
  [/^(?:package(?:-lock)?|devcontainer|\.devcontainer)\.json$/i, 'a file of a development tool'],
  [/\.(?:toml|ini|conf|cfg|env|properties)$/i, 'a configuration'],
  [/\.(?:md|txt|rst|html?)$/i, 'a text for people'],
  [/\.(?:service|socket|timer|pod|network|build)$/i, 'a unit of systemd that names no image'],
]

/** The format of a file by its name: `dockerfile`, `quadlet`, `compose`, `values`, `kustomization`, `yaml`, or `undefined`. */
export function formatByName(path) {
  const name = basename(path)
  if (TEMPLATE.test(name)) return undefined
  if (DOCKERFILE.test(name)) return BESIDE_DOCKERFILE.test(name) ? undefined : 'dockerfile'
  if (QUADLET.test(name)) return 'quadlet'
  if (otherName(path)) return undefined
  if (isComposeName(path)) return 'compose'
  if (KUSTOMIZATION.test(name)) return 'kustomization'
  if (VALUES.test(name)) return 'values'
  return YAML.test(name) ? 'yaml' : undefined
}

/** The format of a text whose name says nothing: standard input, or a file without an extension. */
export function formatByText(text) {
  if (/^\s*\[(?:Container|Image|Volume|Kube)\]/m.test(text)) return 'quadlet'
  for (const line of text.split('\n', 200)) {
    if (/^\s*(?:#|$)/.test(line)) continue
    return /^\s*(?:FROM|ARG)\s+\S/.test(line) ? 'dockerfile' : 'yaml'
  }
  return 'yaml'
}

/** Names another kind of file in words. */
export function otherName(path) {
  if (TEMPLATE.test(path)) return 'a template'
  return OTHERS.find(([pattern]) => pattern.test(basename(path)))?.[1]
}

/** Names a YAML document of another kind, in which images are not read; `undefined` if it is not known. */
export function otherDocument(file, root) {
  const has = (...names) => names.every((name) => file.fields(root).has(name))
  if (has('jobs') && (has('on') || has('true'))) return 'a workflow of GitHub'
  if (has('stages') || has('before_script')) return 'a file of GitLab CI'
  if (has('apiVersion', 'name', 'version')) return 'the description of a Helm chart'
  if (has('jobs') && (has('workflows') || has('orbs') || has('version'))) return 'a file of a CI service'
  if (has('pipeline') || has('steps')) return 'a file of a CI service'
  if (has('tasks')) return has('version') ? 'a Taskfile' : 'a list of tasks'
  if (has('functions', 'provider')) return 'a stack of OpenFaaS or of the Serverless Framework'
  if (has('resolver') || has('snapshot')) return 'a file of Stack, the tool for Haskell'
  if (!file.isSeq(root)) return undefined
  const isPlay = (item) => ['hosts', 'tasks', 'import_playbook'].some((name) => file.fields(item).has(name))
  return file.items(root).some(isPlay) ? 'a playbook of Ansible' : 'a list'
}
