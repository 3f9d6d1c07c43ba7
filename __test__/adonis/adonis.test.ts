import { Programs } from './support/program'

let programs: Programs

beforeAll(async () => {
  programs = await Programs.compile()
})

afterAll(() => programs?.remove())

test('the container makes the service, by itself and for a controller', async () => {
  expect(await programs.run('container')).toEqual({
    made: true,
    works: 'library/redis',
    injected: true,
    ofItsOwn: true,
    shared: true,
  })
})

test('a booted app gives the service to a controller and answers a request with it', async () => {
  expect(await programs.run('app')).toEqual({
    injected: true,
    answer: { status: 200, body: { repo: 'kiwix-serve', newer: ['3.8.1', '3.8.0'] } },
  })
})

test('require and a named import give the same class, and the entry for apps has all names of the other', async () => {
  expect(await programs.run('modules')).toEqual({
    imported: 'ContainerRegistryService',
    same: true,
    isClass: true,
    missingOfAnApp: [],
  })
})
