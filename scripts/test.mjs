import { ensure, needCargo } from './ensure.mjs'
import { has, run, say } from './run.mjs'

/** Suites against real servers. They are left out where programs are missing: a skipped test looks like one that passed. */
const REAL_PARTS = {
  '__test__/real': {
    programs: ['docker-registry', 'skopeo', 'htpasswd', 'openssl', 'redis-server'],
    packages: 'docker-registry skopeo apache2-utils openssl redis-server',
  },
  'tests/cache_redis': { programs: ['redis-server'], packages: 'redis-server' },
}

ensure()
needCargo()
const redis = canRun('tests/cache_redis') ? ['--features', 'redis-tests'] : []
run('cargo', ['test', '--locked', ...redis])
const leftOut = canRun('__test__/real')
  ? []
  : ['--testPathIgnorePatterns=/node_modules/', '--testPathIgnorePatterns=/__test__/real/']
run(process.execPath, ['node_modules/jest/bin/jest.js', ...process.argv.slice(2), ...leftOut])

function canRun(suite) {
  const { programs, packages } = REAL_PARTS[suite]
  const missing = programs.filter((program) => !has(program))
  if (missing.length > 0) {
    say(
      `Left out: ${suite}, for want of ${missing.join(', ')}. ` +
        `To have it: apt-get update && apt-get install -y ${packages}`,
    )
  }
  return missing.length === 0
}
