/**
 * How far an update may go: within the same `x.y`, within the same `x`, or anywhere; or within the running support cycle
 * (`cycle`), as for a database a second number may be a migration: PostgreSQL 16, MariaDB 10.11, Python 3.12. Once the cycle
 * has ended, the nearest supported one is offered, too. Where nobody knows the product's cycles, it is `minor`.
 */
export type UpdateTrack = 'patch' | 'minor' | 'major' | 'cycle'

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
  /**
   * What happens where no newer version has the running runtime or code name (`php7.3`, `buster`): the report says so in `ended`
   * (`pin`), or its successor is an update on the track `major` as well (`follow`). Default: `pin`.
   */
  runtime?: 'pin' | 'follow'
  /** Regular expressions (Rust's `regex`, linear time), of which a tag must match one. Default: every tag. */
  include?: string | readonly string[]
  /** Regular expressions, of which a tag must match none. Default: none. */
  exclude?: string | readonly string[]
  /** Hours that must have passed since a tag was made; the newest tag past that age is offered. Default: 0. */
  minAgeHours?: number
  /** What to do with a tag of unknown age, where an age is asked for. Default: `offer`. */
  unknownAge?: 'offer' | 'hold'
  /**
   * Whoever runs a long-term release is offered long-term releases (`follow`); `only` offers nothing else to anybody, `any`
   * everything. Others are rejected with the reason `lts`; `latest` names them. A version of the running cycle is always
   * offered, and what has no long-term release to go to is held back by none. Default: `follow`, for the products that live
   * by them (Ubuntu, Node.js, the JDKs, MySQL, MariaDB, HAProxy, .NET, Zabbix); said, for all whose support data name
   * long-term releases.
   */
  lts?: 'follow' | 'only' | 'any'
  /**
   * Whether versions whose support has ended are offered: not at all (`only`), where nothing else is (`prefer`), or as all
   * others (`any`). They are rejected with the reason `unsupported`. Default: `any`.
   */
  supported?: 'prefer' | 'only' | 'any'
  /** The time at which ages and support are reckoned, as a `Date` or in milliseconds since 1970. Default: now. */
  now?: Date | number
}
