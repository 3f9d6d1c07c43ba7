/** Hosts of the images, in turns: two registries that are asked in different ways. */
const HOSTS = ['ghcr.io', 'docker.io']
/** Tags of a repository, oldest first. */
export const TAGS = ['1.0.0', '1.0.1', '1.1.0', '1.2.0-rc1', '1.2.0', '1.2', '2.0.0', 'latest']
/** Tags that point to the image of another one. */
export const ALIASES = { 1.2: '1.2.0', latest: '2.0.0' }

/** The images, by number. */
export const imageOf = (number) => `${HOSTS[number % HOSTS.length]}/team/app-${number}:1.0.0`

/** Whether a report says what it must. */
export const isRight = (report, number) =>
  report.image === imageOf(number) &&
  report.status === 'update-available' &&
  report.latest.minor.tag === '1.2.0' &&
  report.latest.major.tag === '2.0.0'
