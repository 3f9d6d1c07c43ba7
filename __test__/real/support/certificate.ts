import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const openssl = (...args: string[]) => promisify(execFile)('openssl', args)

/** Paths of PEM files: a server's certificate and key, a client's, and the authority that signed them. */
export interface Certificate {
  authority: string
  certificate: string
  key: string
  client: { certificate: string; key: string }
}

const EXTENSIONS = `
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = IP:127.0.0.1, DNS:registry.test
extendedKeyUsage = serverAuth
[client]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = clientAuth
`

/** Makes an authority that nobody trusts, and a certificate of its for `registry.test` and the loopback address. */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const inDirectory = (name: string) => join(directory, name)
  const config = inDirectory('openssl.cnf')
  await writeFile(config, EXTENSIONS)

  const create = (name: string, subject: string, ...more: string[]) =>
    openssl(
      ...['req', '-x509', '-config', config, '-subj', subject, '-days', '2'],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', inDirectory(`${name}.key`), '-out', inDirectory(`${name}.pem`)],
      ...more,
    )
  await create('authority', '/CN=Test authority', '-extensions', 'authority')
  const signed = ['-CA', inDirectory('authority.pem'), '-CAkey', inDirectory('authority.key')]
  await create('server', '/CN=registry.test', '-extensions', 'server', ...signed)
  await create('client', '/CN=somebody', '-extensions', 'client', ...signed)

  return {
    authority: inDirectory('authority.pem'),
    certificate: inDirectory('server.pem'),
    key: inDirectory('server.key'),
    client: { certificate: inDirectory('client.pem'), key: inDirectory('client.key') },
  }
}
