import { ContainerRegistryService, type ServiceOptions } from '../../..'
import { Internet } from '../../../testing/internet'
import { RecordingLogger } from '../../support/recording-logger'

/** The internet, with services in it. */
export class World extends Internet {
  /** A service in this world, with the logger that it writes to. */
  service(options: ServiceOptions = {}) {
    const logger = new RecordingLogger()
    // Waits that no server asked for take no time here.
    const settings = {
      logger,
      proxy: this.proxyUrl,
      ca: this.ca,
      maxRetryDelayMs: 1,
      maxFaultRetries: 0,
      ...options,
    }
    return { service: new ContainerRegistryService(settings), logger }
  }
}

/** A world of its own for every test of a file. */
export function useWorld(): () => World {
  let world: World
  beforeEach(async () => {
    world = await new World().open()
    // A check may connect to GitHub before it knows whether it will ask anything. What it asks is still unexpected.
    world.put('https://api.github.com', () => undefined)
  })
  afterEach(() => world.close())
  return () => world
}
