/** A value in the running image (`from`) and in the other one (`to`); absent where an image has none. */
export interface Change<T> {
  /** Value of the running image. */
  from?: T
  /** Value of the other image. */
  to?: T
}

/** Items that only one of two images has, in alphabetical order. */
export interface ListChange {
  /** Those of the other image. */
  added: string[]
  /** Those of the running image. */
  removed: string[]
}

/** A named value. */
export interface NamedValue {
  /** Name of the variable or label. */
  name: string
  /** Its value. */
  value: string
}

/** A name with two values. */
export interface NamedUpdate {
  /** Name of the variable or label. */
  name: string
  /** Its value in the running image. */
  from: string
  /** Its value in the other image. */
  to: string
}

/** Differences between named values, in alphabetical order of their names. */
export interface NamedChange {
  /** Those that only the other image has. */
  added: NamedValue[]
  /** Those that only the running image has. */
  removed: NamedValue[]
  /** Those with another value. */
  changed: NamedUpdate[]
}

/** Test of a container's health, as an image sets it. A number is absent where Docker's default holds. */
export interface Healthcheck {
  /** The test: `['NONE']`, `['CMD', …]` or `['CMD-SHELL', …]`. */
  test: string[]
  /** Milliseconds between two tests. */
  intervalMs?: number
  /** Milliseconds after which a test has failed. */
  timeoutMs?: number
  /** Milliseconds after the start in which a failure does not count. */
  startPeriodMs?: number
  /** Failures in a row after which a container is unhealthy. */
  retries?: number
}

/** Some layers. */
export interface LayerSum {
  /** Number of the layers. */
  count: number
  /** Their compressed bytes; absent if one of them states no size. */
  bytes?: number
}

/**
 * Differences between two images for one platform, from their configs, manifests and layers. Texts are those of the
 * images' makers, values of environment variables included. Their control characters are spelt out (`\u{a}`).
 */
export interface UpdateChanges {
  /** Program that a container starts; absent if it is the same. */
  entrypoint?: Change<string[]>
  /** Arguments of that program, or the program where there is no entrypoint; absent if they are the same. */
  cmd?: Change<string[]>
  /** User, with the group if one is named; absent if it is the same. */
  user?: Change<string>
  /** Working directory; absent if it is the same. */
  workingDir?: Change<string>
  /** Signal that ends a container; absent if it is the same. */
  stopSignal?: Change<string>
  /** Shell of commands that are texts; absent if it is the same. */
  shell?: Change<string[]>
  /** Test of a container's health; absent if it is the same. */
  healthcheck?: Change<Healthcheck>
  /** Exposed ports with their protocol, `80/tcp`. */
  ports: ListChange
  /** Paths of volumes. */
  volumes: ListChange
  /** Environment variables that the images set. */
  env: NamedChange
  /** Labels. */
  labels: NamedChange
  /** Base image, by the annotation or label `org.opencontainers.image.base.name`; absent if it is the same. */
  base?: Change<string>
  /** Layers, each counted once: those of both images, of the other one only, and of the running one only. */
  layers: {
    /** Layers of both images. */
    shared: LayerSum
    /** Layers that are to be downloaded. */
    added: LayerSum
    /** Layers of the running image only. */
    removed: LayerSum
  }
  /** Times at which the images were made (RFC 3339, UTC), even if they are equal. */
  createdAt: Change<string>
  /**
   * `true` if something was too long to be given whole: a list ends after 128 items, and a text after 2048 characters
   * with `…`. What differs is found out by the whole texts. Absent otherwise.
   */
  cut?: true
}

/** Rule that found a risk; each has its reason in docs/safety.md. */
export type RiskKind =
  /** A volume is at another path. */
  | 'volume-moved'
  /** The new image has no volume at the path. */
  | 'volume-removed'
  /** The new image has a volume at the path. */
  | 'volume-added'
  /** The user is another one. */
  | 'user'
  /** The new image does not expose the port. */
  | 'port-removed'
  /** The entrypoint is another one. */
  | 'entrypoint'
  /** The command is another one. */
  | 'command'
  /** The download is at least twice as large, and at least 100 MiB larger. */
  | 'download'
  /** A database gets into another support cycle. */
  | 'cycle'
  /** The update goes over several majors at once. */
  | 'majors'

/** Something that may break when a container is moved to another image. */
export interface UpdateRisk {
  /** Rule that found it. */
  kind: RiskKind
  /**
   * Sentence for people. It contains no value of an environment variable, and neither the command nor the entrypoint that
   * a container sets.
   */
  text: string
}

/** Support data of two versions. */
export interface LifecycleChange {
  /** Those of the running version; absent if there are none. */
  from?: Lifecycle
  /** Those of the version of the tag; absent if there are none. */
  to?: Lifecycle
}
