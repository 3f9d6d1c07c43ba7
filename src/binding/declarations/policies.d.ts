/** How far an update may go: within the same `x.y`, within the same `x`, or anywhere. */
export type UpdateTrack = 'patch' | 'minor' | 'major'

/** Which versions are updates. `{}` is the defaults. */
export interface UpdatePolicy {
  /** How far an update may go; a new year of a calendar version is not a new major. Default: `minor`. */
  track?: UpdateTrack
  /** Offer prereleases (`rc`, `beta`, …) too. If `false`, only to those who run a prerelease of that version. Default: `false`. */
  prereleases?: boolean
  /** Whether an update may leave the running variant (`-alpine`, `-rocm`). Default: `same`. */
  variant?: 'same' | 'any'
  /** Whether the release of the operating system in a variant may move up: `alpine3.20` to `alpine3.24`. Default: `follow`. */
  osRelease?: 'follow' | 'pin'
  /** Regular expressions (Rust's `regex`, linear time), of which a tag must match one. Default: every tag. */
  include?: string | readonly string[]
  /** Regular expressions, of which a tag must match none. Default: none. */
  exclude?: string | readonly string[]
  /** Hours that must have passed since a tag was made; the newest tag past that age is offered. Default: 0. */
  minAgeHours?: number
  /** What to do with a tag of unknown age, where an age is asked for. Default: `offer`. */
  unknownAge?: 'offer' | 'hold'
  /** The time at which ages are reckoned, as a `Date` or in milliseconds since 1970. Default: now. */
  now?: Date | number
}
