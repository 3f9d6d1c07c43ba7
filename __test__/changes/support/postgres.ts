/** The configs of two of Docker's official images of PostgreSQL, without their labels. */
const common = {
  Entrypoint: ['docker-entrypoint.sh'],
  Cmd: ['postgres'],
  ExposedPorts: { '5432/tcp': {} },
  StopSignal: 'SIGINT',
}

export const POSTGRES_17 = {
  ...common,
  Env: [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/17/bin',
    'GOSU_VERSION=1.18',
    'LANG=en_US.utf8',
    'PG_MAJOR=17',
    'PGDATA=/var/lib/postgresql/data',
  ],
  Volumes: { '/var/lib/postgresql/data': {} },
}

export const POSTGRES_18 = {
  ...common,
  Env: [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin',
    'GOSU_VERSION=1.19',
    'LANG=en_US.utf8',
    'PG_MAJOR=18',
    'PGDATA=/var/lib/postgresql/18/docker',
  ],
  Volumes: { '/var/lib/postgresql': {} },
}
