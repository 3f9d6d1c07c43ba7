#!/usr/bin/env node
// The suite of real servers against pulp-container, a registry in Python with a token service of its own. It is no part of
// `.ci/run`, since it takes five minutes, most of them for the migrations of an empty database. What it needs from Debian:
//
//   apt-get install postgresql redis-server nginx-light skopeo openssl
//   node scripts/try-pulp.mjs
//
// pulp-container itself comes from PyPI, into target/pulp. WRITE_TABLE=1 puts what is seen into docs/real-servers.md.
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { output, root, run, say, stop } from './run.mjs'

const VERSIONS = ['pulp-container==2.30.0', 'pulpcore==3.123.1']
const PORTS = { registry: 24_818, api: 24_817, content: 24_816, redis: 24_819, database: 24_815 }
const PASSWORD = 'secret'
/** Seconds after which a server that does not answer counts as failed. */
const PATIENCE = 120

const environment = join(root, 'target/pulp')
const python = (name) => join(environment, 'bin', name)
const children = []

install()
const folder = mkdtempSync(join(tmpdir(), 'pulp-'))
const inFolder = (name) => join(folder, name)
try {
  await serve()
  const registry = {
    name: 'pulp-container',
    host: `127.0.0.1:${PORTS.registry}`,
    login: { user: 'admin', password: PASSWORD },
  }
  process.env.REAL_REGISTRIES = JSON.stringify([registry])
  output(process.execPath, ['node_modules/jest/bin/jest.js', '__test__/real/servers'], {
    cwd: root,
    stdio: 'inherit',
  })
} catch (error) {
  process.exitCode = 1
  say(error.message)
} finally {
  for (const child of children.reverse()) child.kill('SIGTERM')
  await Promise.all(children.map(ended))
  rmSync(folder, { recursive: true })
}

function install() {
  if (existsSync(python('pulpcore-manager'))) return
  say(`Installing ${VERSIONS.join(' and ')} in target/pulp.`)
  run('python3', ['-m', 'venv', environment])
  run(python('pip'), ['install', '--quiet', '--disable-pip-version-check', ...VERSIONS])
}

/** Runs pulp and the servers that it needs, all on loopback, with all of their data in the folder. */
async function serve() {
  chmodSync(folder, 0o755)
  for (const name of ['media', 'static', 'work', 'tmp'])
    mkdirSync(inFolder(`files/${name}`), { recursive: true })
  makeKeys()
  writeFileSync(inFolder('settings.py'), settings())
  writeFileSync(inFolder('nginx.conf'), proxy())
  startDatabase()
  start('redis-server', [
    '--bind',
    '127.0.0.1',
    '--port',
    String(PORTS.redis),
    '--save',
    '',
    '--appendonly',
    'no',
  ])

  process.env.PULP_SETTINGS = inFolder('settings.py')
  process.env.DJANGO_SETTINGS_MODULE = 'pulpcore.app.settings'
  await until('PostgreSQL', () => {
    output('createdb', ['-h', inFolder('socket'), '-p', String(PORTS.database), '-U', 'postgres', 'pulp'])
  })
  say('Migrating an empty database, which takes two minutes.')
  output(python('pulpcore-manager'), ['migrate', '--noinput'])
  output(python('pulpcore-manager'), ['reset-admin-password', '--password', PASSWORD])

  start(python('pulpcore-api'), ['-b', `127.0.0.1:${PORTS.api}`, '-w', '1'])
  start(python('pulpcore-content'), ['-b', `127.0.0.1:${PORTS.content}`, '-w', '1'])
  start(python('pulpcore-worker'), [])
  start('nginx', ['-c', inFolder('nginx.conf')])
  await until('pulp', async () => {
    const { status } = await fetch(`http://127.0.0.1:${PORTS.registry}/v2/`)
    if (status !== 401) throw new Error(`it answers ${status}`)
  })
}

function makeKeys() {
  const key = inFolder('token.private.pem')
  output('openssl', ['ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', key])
  output('openssl', ['ec', '-in', key, '-pubout', '-out', inFolder('token.public.pem')])
  writeFileSync(inFolder('fields.key'), output('openssl', ['rand', '-base64', '32']))
}

/** PostgreSQL refuses to run as root, so root starts it as the user `postgres`. */
function startDatabase() {
  const [version] = readdirSync('/usr/lib/postgresql').sort().reverse()
  const binaries = `/usr/lib/postgresql/${version}/bin`
  const as = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : ['env', '--']
  for (const name of ['database', 'socket']) mkdirSync(inFolder(name))
  if (process.getuid() === 0) output('chown', ['postgres', inFolder('database'), inFolder('socket')])
  const [program, ...args] = as
  output(program, [
    ...args,
    `${binaries}/initdb`,
    '-D',
    inFolder('database'),
    '-A',
    'trust',
    '-U',
    'postgres',
  ])
  start(program, [
    ...args,
    `${binaries}/postgres`,
    ...['-D', inFolder('database'), '-p', String(PORTS.database), '-k', inFolder('socket')],
    ...['-c', 'listen_addresses=', '-c', 'fsync=off'],
  ])
}

function settings() {
  const files = (name) => JSON.stringify(inFolder(`files/${name}`))
  return `
SECRET_KEY = "only for this run"
DB_ENCRYPTION_KEY = ${JSON.stringify(inFolder('fields.key'))}
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "pulp", "USER": "postgres",
  "HOST": ${JSON.stringify(inFolder('socket'))}, "PORT": "${PORTS.database}"}}
REDIS_URL = "redis://127.0.0.1:${PORTS.redis}/"
CACHE_ENABLED = True
DEPLOY_ROOT = ${JSON.stringify(inFolder('files'))}
MEDIA_ROOT = ${files('media')}
STATIC_ROOT = ${files('static')}
WORKING_DIRECTORY = ${files('work')}
FILE_UPLOAD_TEMP_DIR = ${files('tmp')}
CONTENT_ORIGIN = "http://127.0.0.1:${PORTS.registry}"
TOKEN_SERVER = "http://127.0.0.1:${PORTS.registry}/token/"
TOKEN_SIGNATURE_ALGORITHM = "ES256"
PUBLIC_KEY_PATH = ${JSON.stringify(inFolder('token.public.pem'))}
PRIVATE_KEY_PATH = ${JSON.stringify(inFolder('token.private.pem'))}
ANALYTICS = False
`
}

/** pulp has one server for the API and one for content, and nginx makes one registry of both. */
function proxy() {
  return `
daemon off; master_process off; pid ${inFolder('nginx.pid')}; error_log stderr;
events {}
http {
  access_log off; client_max_body_size 0; client_body_temp_path ${inFolder('files/tmp')};
  proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; proxy_redirect off;
  server {
    listen 127.0.0.1:${PORTS.registry};
    location / { proxy_pass http://127.0.0.1:${PORTS.api}; }
    location /pulp/container/ { proxy_pass http://127.0.0.1:${PORTS.content}; }
  }
}
`
}

/** Starts a server. If it fails, this script ends with its output. */
function start(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let told = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      told = (told + bytes).slice(-4_000)
    })
  }
  child.once('error', (error) => stop(`${program} could not be started: ${error.message}`))
  child.once('exit', (status) => {
    if (status) stop(`${program} ended with ${status}:\n${told}`)
  })
  children.push(child)
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined
  return new Promise((resolve) => child.once('exit', resolve))
}

/** Repeats a test until it succeeds. */
async function until(what, works) {
  for (let second = 0; ; second += 1) {
    try {
      return await works()
    } catch (error) {
      if (second >= PATIENCE) throw new Error(`${what} does not answer: ${error.message}`)
      await wait(1_000)
    }
  }
}
