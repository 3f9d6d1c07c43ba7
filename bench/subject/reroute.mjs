/**
 * Leads every TLS connection of this process to the stand-in, whatever its host. Node's own fetch keeps its pool, its
 * names and its certificate checks. (fetch of Node 20 takes no proxy.)
 */
import tls from 'node:tls'

const port = Number(process.env.BENCH_PORT)
const { connect } = tls

tls.connect = (options, ...more) => connect({ ...options, host: '127.0.0.1', port }, ...more)
