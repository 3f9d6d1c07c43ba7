import { delimiter, join } from 'node:path'
import { ensure, needCargo } from './ensure.mjs'
import { has, root, run, say } from './run.mjs'

const DEBIAN = (packages) => `apt-get update && apt-get install -y ${packages}`

/**
 * Suites against real servers. They are left out if programs are missing, because a skipped test looks like a passed
 * one.
 */
const REAL_PARTS = {
  '__test__/real': {
    programs: ['docker-registry', 'skopeo', 'htpasswd', 'openssl', 'redis-server'],
    remedy: DEBIAN('docker-registry skopeo apache2-utils openssl redis-server'),
  },
  '__test__/real/servers': {
    programs: ['container-registry', 'drayage'],
    remedy: 'bash .ci/run, which puts them in target/tools',
  },
  '__test__/real/ways': {
    programs: ['nginx', 'squid', 'tinyproxy', 'microsocks'],
    remedy: DEBIAN('nginx-light squid tinyproxy microsocks'),
  },
  'src/cache/redis_tests': { programs: ['redis-server'], remedy: DEBIAN('redis-server') },
}

process.env.PATH = [join(root, 'target/tools/bin'), process.env.PATH].join(delimiter)
ensure()
needCargo()
const redis = canRun('src/cache/redis_tests') ? ['--features', 'redis-tests'] : []
run('cargo', ['test', '--locked', ...redis])
const leftOut = Object.keys(REAL_PARTS).filter((suite) => suite.startsWith('__test__') && !canRun(suite))
const ignored = leftOut.length > 0 ? ['/node_modules/', ...leftOut.map((suite) => `/${suite}[/.]`)] : []
const patterns = ignored.map((pattern) => `--testPathIgnorePatterns=${pattern}`)
run(process.execPath, ['node_modules/jest/bin/jest.js', ...process.argv.slice(2), ...patterns])

function canRun(suite) {
  const { programs, remedy } = REAL_PARTS[suite]
  const missing = programs.filter((program) => !has(program))
  if (missing.length > 0) {
    say(`Left out: ${suite}, for want of ${missing.join(', ')}. To have it: ${remedy}`)
  }
  return missing.length === 0
}
