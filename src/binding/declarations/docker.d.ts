/** What a Docker daemon's settings say of a registry. */
export interface DockerIndexConfig {
  /** Whether it is spoken to by https alone, with its certificate checked. */
  Secure?: boolean
  /** Its mirrors, as URLs. */
  Mirrors?: string[] | null
}

/** What `optionsFromDockerInfo` reads of `docker info`: the answer of `GET /info` of the Engine API, which has more. */
export interface DockerInfo {
  /** Architecture of the daemon's machine, say `x86_64` or `aarch64`. */
  Architecture: string
  /** Settings of the daemon that concern registries. */
  RegistryConfig?: {
    /** Mirrors of Docker Hub. */
    Mirrors?: string[] | null
    /** What is set of single registries, by host. */
    IndexConfigs?: Record<string, DockerIndexConfig> | null
    /** Ranges of addresses whose registries may be spoken to by plain http. */
    InsecureRegistryCIDRs?: string[] | null
  } | null
}

/** What a Docker daemon's settings mean for a service. */
export interface DockerSettings {
  /** Architecture in OCI's words (`amd64`, `arm64`, `arm/v7`), as `hostArch` takes it. */
  arch: string
  /** For the constructor: how the daemon's registries are reached. */
  options: Required<Pick<ServiceOptions, 'registries'>>
}

/**
 * Says by the settings of a Docker daemon how its registries are reached and for which architecture images are wanted.
 *
 * Mirrors are Docker Hub's; one that is written as plain http makes its own host insecure, not Docker Hub. Registries of
 * `images` whose host is an address in one of the daemon's insecure ranges are insecure; those that have a name are
 * left as they are, since nobody is asked for their addresses.
 *
 * @throws `INVALID_ARGUMENT` for what is no answer of that endpoint; the message names the field.
 */
export declare function optionsFromDockerInfo(
  info: DockerInfo,
  images?: string[],
): DockerSettings
