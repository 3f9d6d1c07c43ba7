import { ContainerRegistryService, optionsFromDockerInfo } from '..'
import { app, NAME, useFakes } from './support/fakes'

const fakes = useFakes()

/** What the Engine API answers on a home server, as far as it is read. */
const INFO = {
  ID: '7TRN:IPZB:QYBB:VPBQ:UMPP:KARE:6ZNR:XE6T:7EWV:PKF4:ZOJD:TPYS',
  OSType: 'linux',
  Architecture: 'aarch64',
  RegistryConfig: {
    InsecureRegistryCIDRs: ['::1/128', '127.0.0.0/8', '10.20.0.0/16', 'fd00::/8'],
    IndexConfigs: {
      'docker.io': { Name: 'docker.io', Mirrors: ['https://mirror.lan:5000/'], Secure: true, Official: true },
      'nas.lan:5000': { Name: 'nas.lan:5000', Mirrors: null, Secure: false, Official: false },
    },
    Mirrors: ['https://mirror.lan:5000/'],
  },
}

test('architecture, mirrors and insecure registries', () => {
  expect(optionsFromDockerInfo(INFO)).toEqual({
    arch: 'arm64',
    options: {
      registries: {
        'docker.io': { mirrors: ['https://mirror.lan:5000/'] },
        'nas.lan:5000': { insecure: true },
      },
    },
  })
})

test('images at addresses in an insecure range', () => {
  const images = [
    '10.20.1.2:5000/app:1',
    '10.21.1.2/app:1',
    '[fd00::7]:5000/app',
    'nginx',
    'team/app',
    'quay.io/a/b',
  ]
  const { registries } = optionsFromDockerInfo(INFO, images).options
  expect(Object.keys(registries).sort()).toEqual([
    '10.20.1.2:5000',
    '[fd00::7]:5000',
    'docker.io',
    'nas.lan:5000',
  ])
})

test.each([
  ['x86_64', 'amd64'],
  ['armv7l', 'arm/v7'],
  ['armv6l', 'arm/v6'],
  ['i686', '386'],
  ['riscv64', 'riscv64'],
  ['s390x', 's390x'],
])('%s is %s', (Architecture, arch) => {
  expect(optionsFromDockerInfo({ Architecture, RegistryConfig: null })).toEqual({
    arch,
    options: { registries: {} },
  })
})

test('a mirror in plain http is insecure itself, and nothing else is', () => {
  const info = { Architecture: 'x86_64', RegistryConfig: { Mirrors: ['http://mirror.lan:5000'] } }
  const { options } = optionsFromDockerInfo(info)
  expect(options.registries).toEqual({
    'docker.io': { mirrors: ['http://mirror.lan:5000'] },
    'mirror.lan:5000': { insecure: true },
  })
  expect(() => new ContainerRegistryService(options)).not.toThrow()
  expect(
    () =>
      new ContainerRegistryService({ registries: { 'docker.io': options.registries['docker.io'] ?? {} } }),
  ).toThrow('registries["mirror.lan:5000"].insecure')
})

test('the mirror is what is asked', async () => {
  const mirror = await fakes.registry()
  mirror.repository(NAME).list('1.0.0')
  const info = { Architecture: 'x86_64', RegistryConfig: { Mirrors: [mirror.server.origin] } }
  const service = new ContainerRegistryService(optionsFromDockerInfo(info).options)
  expect(await service.listTags({ ...app(), registry: 'registry-1.docker.io' })).toEqual(['1.0.0'])
})

test('what is no answer of docker info is refused', () => {
  expect(() => optionsFromDockerInfo({ message: 'permission denied' } as never)).toThrow(
    'info.Architecture must be',
  )
})

test('where no architecture is asked for, it is that of this machine in OCI words', async () => {
  const report = await new ContainerRegistryService().checkImage('no reference')
  const others: Record<string, string> = { x64: 'amd64', ia32: '386' }
  expect(report).toMatchObject({ status: 'failed', arch: others[process.arch] ?? process.arch })
})
