import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './port'
import { Program } from './program'
import type { Login } from './push'

/** A proxy that wants a login. */
export interface ProxyServer {
  /** Its URL, with a login in it. */
  url(login?: Login): string
  /** Whether its log names a host and port that a client was led to; a tunnel may be logged when it ends. */
  hasLedTo(host: string): Promise<boolean>
  stop(): Promise<void>
}

const urlOf =
  (scheme: string, port: number) =>
  (login?: Login): string =>
    `${scheme}://${login ? `${login.user}:${login.password}@` : ''}127.0.0.1:${port}`

/** Debian's squid, which asks for a user of an htpasswd file. */
export async function startSquid({ user, password }: Login): Promise<ProxyServer> {
  const directory = await mkdtemp(join(tmpdir(), 'squid-'))
  const port = await freePort()
  const [passwords, log, settings] = ['htpasswd', 'access.log', 'squid.conf'].map((name) =>
    join(directory, name),
  ) as [string, string, string]
  await promisify(execFile)('htpasswd', ['-b', '-c', passwords, user, password])
  const lines = [
    `http_port 127.0.0.1:${port}`,
    `auth_param basic program /usr/lib/squid/basic_ncsa_auth ${passwords}`,
    'auth_param basic realm proxy of this test',
    'acl known proxy_auth REQUIRED',
    'http_access allow known',
    'http_access deny all',
    'cache deny all',
    `access_log stdio:${log}`,
    `cache_log ${join(directory, 'cache.log')}`,
    `coredump_dir ${directory}`,
    'netdb_filename none',
    'pid_filename none',
    'shutdown_lifetime 0 seconds',
  ]
  await writeFile(settings, `${lines.join('\n')}\n`)
  // Where it is started by root, it goes on as a user of its own.
  await chmod(directory, 0o777)
  const program = await Program.start('squid', ['-N', '-f', settings], port)
  return {
    url: urlOf('http', port),
    hasLedTo: async (host) => (await readFile(log, 'utf8')).includes(host),
    async stop() {
      await program.stop()
      await rm(directory, { recursive: true })
    },
  }
}

/** Debian's tinyproxy, with one user. */
export async function startTinyproxy({ user, password }: Login): Promise<ProxyServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tinyproxy-'))
  const port = await freePort()
  const settings = join(directory, 'tinyproxy.conf')
  const lines = [
    'Listen 127.0.0.1',
    `Port ${port}`,
    'LogLevel Connect',
    'MaxClients 100',
    `BasicAuth ${user} ${password}`,
  ]
  await writeFile(settings, `${lines.join('\n')}\n`)
  const program = await Program.start('tinyproxy', ['-d', '-c', settings], port)
  return {
    url: urlOf('http', port),
    hasLedTo: async (host) => program.output.includes(host),
    async stop() {
      await program.stop()
      await rm(directory, { recursive: true })
    },
  }
}

/** Debian's microsocks, a SOCKS5 server, with one user. */
export async function startMicrosocks({ user, password }: Login): Promise<ProxyServer> {
  const port = await freePort()
  const args = ['-i', '127.0.0.1', '-p', String(port), '-u', user, '-P', password]
  const program = await Program.start('microsocks', args, port)
  return {
    url: urlOf('socks5h', port),
    hasLedTo: async (host) => program.output.includes(host),
    stop: () => program.stop(),
  }
}
