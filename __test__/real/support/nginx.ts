import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Certificate } from './certificate'
import { freePort } from './port'
import { Program } from './program'

export interface NginxOptions {
  tls: Certificate
  /** Where paths lead, by how they begin. */
  locations: Record<string, string>
  /** Ask clients for a certificate of the same authority. */
  asksForCertificate?: boolean
}

/** Debian's nginx, at which TLS ends. */
export class Nginx {
  private constructor(
    readonly host: string,
    private readonly program: Program,
    private readonly directory: string,
  ) {}

  static async start({ tls, locations, asksForCertificate }: NginxOptions): Promise<Nginx> {
    const directory = await mkdtemp(join(tmpdir(), 'nginx-'))
    const port = await freePort()
    const path = join(directory, 'nginx.conf')
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${directory};`,
    )
    const settings = [
      'daemon off; master_process off; error_log stderr;',
      `pid ${join(directory, 'nginx.pid')};`,
      'events {}',
      `http { access_log off; client_max_body_size 0; ${temporary.join(' ')}`,
      `server { listen 127.0.0.1:${port} ssl http2;`,
      `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`,
      ...(asksForCertificate ? [`ssl_client_certificate ${tls.authority}; ssl_verify_client on;`] : []),
      'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;',
      ...Object.entries(locations).map(([begin, url]) => `location ${begin} { proxy_pass ${url}; }`),
      '} }',
    ]
    await writeFile(path, `${settings.join('\n')}\n`)
    // The folder is given on the command line as well, for what nginx does ahead of reading its settings.
    const program = await Program.start('nginx', ['-p', directory, '-e', 'stderr', '-c', path], port)
    return new Nginx(`127.0.0.1:${port}`, program, directory)
  }

  async stop(): Promise<void> {
    await this.program.stop()
    await rm(this.directory, { recursive: true })
  }
}
