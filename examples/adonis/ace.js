// Lets ace run TypeScript before anything is built.
import 'ts-node-maintained/register/esm'

await import('./bin/console.js')
