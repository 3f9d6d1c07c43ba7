import type { ContainerRegistryError } from '../..'

/** The error that a promise is rejected with; a promise that is fulfilled fails the test. */
export async function failure(promise: Promise<unknown>): Promise<ContainerRegistryError> {
  return promise.then(
    (value) => {
      throw new Error(`expected a rejection, got ${JSON.stringify(value)}`)
    },
    (error) => error,
  )
}

/** The error that a function throws; one that returns fails the test. */
export function thrown(action: () => unknown): ContainerRegistryError {
  let value: unknown
  try {
    value = action()
  } catch (error) {
    return error as ContainerRegistryError
  }
  throw new Error(`expected an error, got ${JSON.stringify(value)}`)
}
