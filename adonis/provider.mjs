import { ContainerRegistryService } from '../adonis.js'
import { ContainerRegistryService as Unbound } from '../index.js'
import { leaveApp, useApp } from './app.js'

/** Binds one service for the whole app, under every name by which a constructor may ask for it. */
export default class ContainerRegistryProvider {
  #made

  constructor(app) {
    this.app = app
  }

  register() {
    const { container } = this.app
    useApp(this.app)
    container.singleton(ContainerRegistryService, () => {
      this.#made = new ContainerRegistryService()
      return this.#made
    })
    container.bind(Unbound, (resolver) => resolver.make(ContainerRegistryService))
    container.alias('containerRegistry', ContainerRegistryService)
  }

  async shutdown() {
    await this.#made?.close()
    leaveApp(this.app)
  }
}
