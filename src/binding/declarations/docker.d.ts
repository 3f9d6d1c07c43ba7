/** Settings of a Docker daemon for one registry. */
export interface DockerIndexConfig {
  /** Whether the registry is reached by https only, with its certificate checked. */
  Secure?: boolean
  /** Its mirrors, as URLs. */
  Mirrors?: string[] | null
}

/** Fields of `docker info` that `optionsFromDockerInfo` reads: the answer of `GET /info` of the Docker Engine API. */
export interface DockerInfo {
  /** Architecture of the daemon's machine, say `x86_64` or `aarch64`. */
  Architecture: string
  /** Settings of the daemon for registries. */
  RegistryConfig?: {
    /** Mirrors of Docker Hub. */
    Mirrors?: string[] | null
    /** Settings for single registries, by host. */
    IndexConfigs?: Record<string, DockerIndexConfig> | null
    /** Ranges of addresses (CIDR) whose registries may be reached by plain http. */
    InsecureRegistryCIDRs?: string[] | null
  } | null
}

/** Options of a service that follow from a Docker daemon's settings. */
export interface DockerSettings {
  /** Architecture of the daemon's machine by its OCI name (`amd64`, `arm64`, `arm/v7`), as `hostArch` takes it. */
  arch: string
  /** Options for the constructor, by which it reaches the daemon's registries. */
  options: Required<Pick<ServiceOptions, 'registries'>>
}

/**
 * Turns the settings of a Docker daemon into options of a service, and names the architecture of its machine.
 *
 * Mirrors are those of Docker Hub. A mirror that is written with plain http makes its own host insecure, not Docker
 * Hub. A registry of `images` is insecure if its host is an address in one of the daemon's insecure ranges. A registry
 * with a name is left as it is, because no name is looked up.
 *
 * @throws `INVALID_ARGUMENT` for a value that is no answer of that endpoint; the message names the field.
 */
export declare function optionsFromDockerInfo(
  info: DockerInfo,
  images?: string[],
): DockerSettings
