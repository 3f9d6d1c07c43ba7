/**
 * Distance that an update may go: within the same `x.y` (`patch`), within the same `x` (`minor`), anywhere (`major`),
 * or within the running support cycle (`cycle`). The last one serves products such as PostgreSQL 16, MariaDB 10.11 or
 * Python 3.12, where leaving the cycle may be a migration. Once the cycle has ended, the nearest supported one is
 * offered too. If the cycles of a product are unknown, `cycle` means `minor`.
 */
export type UpdateTrack = 'patch' | 'minor' | 'major' | 'cycle'

/** Policy that decides which versions are updates. `{}` stands for the defaults. */
export interface UpdatePolicy {
  /** Distance that an update may go. A new year of a calendar version is no new major version. Default: `minor`. */
  track?: UpdateTrack
  /**
   * Offer prereleases (`rc`, `beta`, …) too. If `false`, they are offered only where a prerelease of the same version
   * runs. Default: `false`.
   */
  prereleases?: boolean
  /**
   * Most major versions that an update may be ahead, 1 or more. Nextcloud, for example, refuses to skip one. The newest
   * version in reach is offered, and those beyond it are rejected with the reason `major`. Default: any number.
   */
  maxMajorStep?: number
  /** Whether an update may leave the running variant (`-alpine`, `-rocm`). Default: `same`. */
  variant?: 'same' | 'any'
  /**
   * Whether the operating system's release in a variant may move up: `alpine3.20` to `alpine3.24`. Default: `follow`.
   */
  osRelease?: 'follow' | 'pin'
  /**
   * Answer where no newer version has the running runtime or code name (`php7.3`, `buster`). With `pin` the report says
   * so in `ended`. With `follow` the successor is an update on the track `major` as well. Default: `pin`.
   */
  runtime?: 'pin' | 'follow'
  /** Regular expressions (Rust's `regex`, linear time). A tag must match one of them. Default: every tag. */
  include?: string | readonly string[]
  /** Regular expressions. A tag must match none of them. Default: none. */
  exclude?: string | readonly string[]
  /** Least age of a tag in hours. The newest tag of that age is offered. Default: 0. */
  minAgeHours?: number
  /** Whether to offer a tag of unknown age if `minAgeHours` is set. Default: `offer`. */
  unknownAge?: 'offer' | 'hold'
  /**
   * Treatment of long-term releases. With `follow`, an image that runs a long-term release is offered long-term
   * releases. With `only`, every image is offered nothing else, and with `any` it is offered everything. Tags that are
   * held back are rejected with the reason `lts`, and `latest` still names them. A version of the running cycle is
   * always offered, and a product without a long-term release to go to loses no update. Default: `follow` for the
   * products whose users stay on them (Ubuntu, Node.js, the JDKs, MySQL, MariaDB, HAProxy, .NET, Zabbix); a stated
   * value applies to every product whose support data name long-term releases.
   */
  lts?: 'follow' | 'only' | 'any'
  /**
   * Whether versions whose support has ended are offered: never (`only`), if nothing else is (`prefer`), or like all
   * others (`any`). They are rejected with the reason `unsupported`. Default: `any`.
   */
  supported?: 'prefer' | 'only' | 'any'
  /**
   * Updates that do not wait for `minAgeHours`: those that mend a published weakness of the running version
   * (`security`), or none. It needs the option `advisories`. Default: `none`.
   */
  urgent?: 'security' | 'none'
  /** Least severity of such a weakness. Default: `high`. */
  urgentSeverity?: Severity
  /**
   * Whether a version must be signed if the running one is: it must be (`keep`), or not (`any`). Versions without a
   * signature are rejected with the reason `unsigned`, and so are those about which a look-up failed, with a warning. Only
   * the presence of a signature counts. Default: `any`.
   */
  signed?: 'keep' | 'any'
  /** Time at which ages and support are computed, as a `Date` or in milliseconds since 1970. Default: the present. */
  now?: Date | number
}
