import { basename } from 'node:path'
import { isComposeName } from './compose/names.mjs'

/** What is read, in words. */
export const READ =
  'Compose files, Kubernetes manifests, Helm values, Kustomize, Dockerfiles and Quadlet units'

const DOCKERFILE =
  /^(?:dockerfile|containerfile)(?:[.\-_](?!dockerignore$|containerignore$|md$|j2$).+)?$|\.(?:dockerfile|containerfile)$/i
const QUADLET = /\.(?:container|image|volume|kube)$/
const YAML = /\.(?:ya?ml|json)$/i
const VALUES = /^values.*\.ya?ml$|[.\-_]values\.ya?ml$/i
const KUSTOMIZATION = /^kustomization(?:\.ya?ml)?$/i

/** Other files in which images stand, by name. */
const OTHERS = [
  [/^\.gitlab-ci.*\.ya?ml$/i, 'a file of GitLab CI'],
  [
    /^(?:\.drone|\.woodpecker.*|bitbucket-pipelines|azure-pipelines.*|\.travis)\.ya?ml$/i,
    'a file of a CI service',
  ],
  [/^jenkinsfile/i, 'a Jenkinsfile'],
  [/\.(?:nomad|hcl)$/i, 'a Nomad job'],
  [/\.(?:tf|tofu)$/i, 'a Terraform file'],
  [/\.(?:sh|bash|zsh|fish|ps1|bat)$/i, 'a script'],
  [/\.(?:j2|jinja2?|tmpl|tpl|gotmpl|template)$/i, 'a template'],
  [/^(?:package(?:-lock)?|devcontainer|\.devcontainer)\.json$/i, 'a file of a development tool'],
  [/\.(?:toml|ini|conf|cfg|env|properties)$/i, 'a configuration'],
  [/\.(?:md|txt|rst|html?)$/i, 'a text for people'],
  [/\.(?:service|socket|timer|pod|network|build)$/i, 'a unit of systemd that names no image'],
]

/** The format of a file by its name: `dockerfile`, `quadlet`, `compose`, `values`, `kustomization`, `yaml`, or `undefined`. */
export function formatByName(path) {
  const name = basename(path)
  if (DOCKERFILE.test(name)) return 'dockerfile'
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
  return OTHERS.find(([pattern]) => pattern.test(basename(path)))?.[1]
}

/** Names a YAML document of another kind, in which images are not read; `undefined` if it is not known. */
export function otherDocument(file, root) {
  const has = (...names) => names.every((name) => file.fields(root).has(name))
  if (has('jobs') && (has('on') || has('true'))) return 'a workflow of GitHub'
  if (has('stages') || has('before_script')) return 'a file of GitLab CI'
  if (has('apiVersion', 'name', 'version')) return 'the description of a Helm chart'
  if (has('hosts') || has('tasks')) return 'a playbook of Ansible'
  if (has('pipeline') || has('steps')) return 'a file of a CI service'
  return file.isSeq(root) ? 'a list' : undefined
}
