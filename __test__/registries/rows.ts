import type { ErrorCode, RegistryOptions } from '../..'
import { ACCESS_TOKEN, type Fake, IDENTITY_TOKEN, LOGIN } from '../../testing/registry'
import { acr } from './fakes/acr'
import { artifactory } from './fakes/artifactory'
import { distribution } from './fakes/distribution'
import { dockerHub } from './fakes/docker-hub'
import { ecrPrivate } from './fakes/ecr-private'
import { ecrPublic } from './fakes/ecr-public'
import { ghcr } from './fakes/ghcr'
import { gitea } from './fakes/gitea'
import { gitlab } from './fakes/gitlab'
import { google } from './fakes/google'
import { harbor } from './fakes/harbor'
import { k8s } from './fakes/k8s'
import { lscr } from './fakes/lscr'
import { mcr } from './fakes/mcr'
import { nexus } from './fakes/nexus'
import { quay } from './fakes/quay'
import { zot } from './fakes/zot'

/** An error as a caller sees it. */
export interface Failure {
  code: ErrorCode
  status: number
  detail: RegExp
}

export interface Row {
  registry: string
  fake: () => Fake
  /** Nothing can be read without a login. */
  isClosed?: boolean
  /** What a private repository is to a stranger, and what opens it. Absent where there are none. */
  hidden?: Failure
  keys?: Array<keyof typeof KEYS>
  missing: Failure
  /** Path of the repositories; `team` unless it is said. */
  path?: string
}

/** What a registry can be opened with. */
export const KEYS = {
  password: LOGIN,
  'identity token': { identityToken: IDENTITY_TOKEN },
  token: { token: ACCESS_TOKEN },
} as const satisfies Record<string, RegistryOptions>

const failed = (code: ErrorCode, status: number, detail: RegExp): Failure => ({ code, status, detail })
const unauthorized = failed('AUTH_FAILED', 401, /^UNAUTHORIZED: /)
const denied = failed('AUTH_FAILED', 403, /^DENIED: /)
const unknown = failed('NOT_FOUND', 404, /^NAME_UNKNOWN: /)

const giteas = { hidden: unauthorized, missing: unknown }
const closed = { isClosed: true, hidden: unauthorized, missing: unknown }

/** Every registry, in every way that it is known to behave. */
export const ROWS: Row[] = [
  { registry: 'Docker Hub', fake: dockerHub, hidden: unauthorized, missing: unauthorized },
  {
    registry: 'Docker Hub, all tags in one answer',
    fake: () => dockerHub({ inOneAnswer: true }),
    hidden: unauthorized,
    missing: unauthorized,
  },
  { registry: 'ghcr.io', fake: ghcr, hidden: denied, missing: denied, keys: ['password', 'token'] },
  { registry: 'lscr.io', fake: lscr, hidden: denied, missing: denied },
  { registry: 'quay.io', fake: quay, hidden: unauthorized, missing: unauthorized },
  {
    registry: 'quay.io, older',
    fake: () => quay({ refusesNumbers: true }),
    hidden: unauthorized,
    missing: unauthorized,
  },
  { registry: 'gcr.io', fake: () => google('gcr.io'), hidden: denied, missing: denied },
  { registry: '*.pkg.dev', fake: () => google('europe-docker.pkg.dev'), hidden: denied, missing: denied },
  { registry: 'public.ecr.aws', fake: ecrPublic, missing: unknown },
  { registry: 'private ECR', fake: ecrPrivate, ...closed },
  { registry: 'private ECR, smaller pages', fake: () => ecrPrivate({ most: 500 }), ...closed },
  { registry: 'mcr.microsoft.com', fake: mcr, missing: unknown },
  { registry: 'registry.gitlab.com', fake: gitlab, hidden: denied, missing: denied },
  {
    registry: 'Codeberg',
    fake: () => gitea('codeberg.org', { challenge: 'two headers', linkOn: 'non-empty pages' }),
    ...giteas,
  },
  {
    registry: 'Forgejo',
    fake: () => gitea('forgejo.example.org', { challenge: 'one header', linkOn: 'non-empty pages' }),
    ...giteas,
  },
  { registry: 'Gitea, older', fake: () => gitea('gitea.example.org'), ...giteas },
  { registry: 'registry.k8s.io', fake: k8s, missing: unknown },
  {
    registry: 'Azure ACR',
    fake: acr,
    hidden: unauthorized,
    missing: unauthorized,
    keys: ['password', 'identity token'],
  },
  { registry: 'Harbor', fake: harbor, hidden: unauthorized, missing: unauthorized },
  { registry: 'Artifactory', fake: artifactory, ...giteas, path: 'docker-local/team' },
  {
    registry: 'Artifactory, Basic',
    fake: () => artifactory({ isBasic: true }),
    ...closed,
    path: 'docker-local/team',
  },
  { registry: 'Nexus', fake: nexus, ...closed },
  { registry: 'Nexus, Bearer', fake: () => nexus({ isBearer: true }), ...giteas },
  { registry: 'Distribution 2.8', fake: () => distribution({ version: '2.8' }), missing: unknown },
  {
    registry: 'Distribution 2.8, htpasswd',
    fake: () => distribution({ version: '2.8', htpasswd: true }),
    ...closed,
  },
  { registry: 'Distribution 3', fake: () => distribution({ version: '3' }), missing: unknown },
  { registry: 'Distribution 3.1.0', fake: () => distribution({ version: '3.1.0' }), missing: unknown },
  { registry: 'zot', fake: zot, missing: unknown },
  { registry: 'zot, Basic', fake: () => zot({ isBasic: true }), ...closed },
]
