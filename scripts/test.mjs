import { ensure, needCargo } from './ensure.mjs'
import { has, run, say } from './run.mjs'

const REAL_PARTS = ['docker-registry', 'skopeo', 'htpasswd', 'openssl']

ensure()
needCargo()
run('cargo', ['test', '--locked'])
run(process.execPath, ['node_modules/jest/bin/jest.js', ...process.argv.slice(2), ...leftOut()])

/** The suites against real registries are left out where their programs are missing: a skipped test looks like one that passed. */
function leftOut() {
  const missing = REAL_PARTS.filter((program) => !has(program))
  if (missing.length === 0) return []
  say(
    `Left out: __test__/real, for want of ${missing.join(', ')}. ` +
      'To have it: apt-get update && apt-get install -y docker-registry skopeo apache2-utils openssl',
  )
  return ['--testPathIgnorePatterns=/node_modules/', '--testPathIgnorePatterns=/__test__/real/']
}
